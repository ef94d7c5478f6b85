-- a copy of the database must not speak to real customers
UPDATE line_account
   SET channel_secret = NULL,
       channel_secret_old = NULL,
       access_token = NULL,
       webhook_token = 'neutralized-' || id,
       api_url = 'http://127.0.0.1:1',
       is_connected = FALSE;
UPDATE ir_cron
   SET active = FALSE
 WHERE id IN (
    SELECT res_id FROM ir_model_data
     WHERE module = 'crm_line' AND model = 'ir.cron'
 );
