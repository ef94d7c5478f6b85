-- a copy of the database must not speak to real customers
UPDATE line_account
   SET channel_secret = NULL,
       channel_secret_old = NULL,
       channel_secret_old_until = NULL,
       access_token = NULL,
       webhook_token = 'neutralized-' || id,
       api_url = 'http://127.0.0.1:1',
       is_connected = FALSE,
       webhook_works = FALSE;
-- what a wizard was given and did not hand on
UPDATE line_account_setup
   SET channel_secret = NULL,
       access_token = NULL;
UPDATE line_account_secret
   SET new_secret = NULL;
-- answers to customers
UPDATE line_inbox
   SET reply_token = NULL
 WHERE reply_token IS NOT NULL;
UPDATE ir_cron
   SET active = FALSE
 WHERE id IN (
    SELECT res_id FROM ir_model_data
     WHERE module = 'crm_line' AND model = 'ir.cron'
 );
