"""Opportunities of twenty salespeople, made by SQL, with what dashboards read."""

from datetime import timedelta

REPS = 20
TEAMS = 4
TABLES = (
    "crm_lead",
    "crm_stage_log",
    "res_partner",
    "mail_activity",
    "mail_message",
    "calendar_event",
)


def make(env, count):
    """`count` opportunities, 85 % of them open, in the first company."""
    company = env.ref("base.main_company")
    teams = env["crm.team"].create(
        [{"name": f"Bench {n}", "company_id": company.id} for n in range(TEAMS)]
    )
    users = env["res.users"].create(
        [
            {
                "name": f"Bench {n}",
                "login": f"bench_rep_{n}",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)],
            }
            for n in range(REPS)
        ]
    )
    env["res.users"].create(
        {
            "name": "Bench Boss",
            "login": "bench_boss",
            "company_id": company.id,
            "company_ids": [(6, 0, company.ids)],
            "group_ids": [(4, env.ref("sales_team.group_sale_manager").id)],
        }
    )
    stages = env["crm.stage"].search([], order="is_won, sequence")
    stages.filtered(lambda stage: not stage.is_won).rotting_threshold_days = 30
    won = stages.filtered("is_won")[:1]
    env.flush_all()
    values = {
        "count": count,
        "users": users.ids,
        "teams": teams.ids,
        "stages": (stages - won).ids,
        "won": won.id,
        "company": company.id,
        "states": env["res.country.state"].search([], limit=15).ids,
        "today": company._forecast_today(),
    }
    for statement in (PARTNERS, LEADS, LOGS, PAST_LOGS, MESSAGES, ACTIVITIES, EVENTS):
        env.cr.execute(statement, values)
        # the next one joins what this one made
        env.cr.execute("ANALYZE res_partner, crm_lead")
    env["crm.forecast.period"]._ensure(values["today"], company)
    env["crm.forecast.period"]._ensure(values["today"] - timedelta(days=365), company)
    env["crm.forecast.run"]._daily()
    env.cr.execute(PAST, values)
    env.cr.commit()


def save_forecasts(env):
    """A saved forecast of each method and day of two months, as the nights would."""
    env.cr.execute(DAYS)
    env.cr.execute(REP_DAYS)
    env.cr.commit()


PARTNERS = """
    INSERT INTO res_partner (name, complete_name, autopost_bills, active, company_id,
                             user_id, phone, create_date, type)
    SELECT 'Bench ' || n, 'Bench ' || n, 'ask', TRUE, %(company)s,
           CASE WHEN n %% 5 = 0
                THEN (%(users)s::int[])[1 + n %% cardinality(%(users)s::int[])] END,
           '+886 2 ' || n, now() - interval '400 days', 'contact'
      FROM generate_series(1, %(count)s) n"""
LEADS = """
    INSERT INTO crm_lead (
        name, type, active, company_id, forecast_company_id, user_id, team_id, stage_id,
        partner_id, phone, state_id, country_id, expected_revenue, probability,
        automated_probability, date_deadline, date_closed, won_status,
        forecast_category, priority, date_last_stage_update, forecast_stage_since,
        create_date)
    SELECT 'Bench ' || n, 'opportunity', n %% 20 > 0, %(company)s, %(company)s,
           (%(users)s::int[])[rep], (%(teams)s::int[])[1 + rep %% 4],
           CASE WHEN n %% 20 IN (1, 2) THEN %(won)s
                ELSE (%(stages)s::int[])[
                    1 + n / 7 %% cardinality(%(stages)s::int[])] END,
           partner.id, partner.phone, state.id, state.country_id, 1000 * (n %% 90 + 1),
           CASE WHEN n %% 20 IN (1, 2) THEN 100 WHEN n %% 20 = 0 THEN 0
                ELSE 10 * (n %% 9 + 1) END, 20,
           CASE WHEN n %% 17 > 0 THEN %(today)s::date + n %% 150 - 40 END,
           CASE WHEN n %% 20 IN (0, 1, 2) THEN now() - n %% 60 * interval '1 day' END,
           CASE WHEN n %% 20 IN (1, 2) THEN 'won' WHEN n %% 20 = 0 THEN 'lost'
                ELSE 'pending' END,
           'pipeline', '0', now() - n %% 90 * interval '1 day',
           now() - n %% 90 * interval '1 day',
           now() - (n %% 90 + 30) * interval '1 day'
      FROM generate_series(1, %(count)s) n
     CROSS JOIN LATERAL (
           SELECT 1 + n * 7919 %% cardinality(%(users)s::int[]) AS rep) who
      JOIN res_partner partner ON partner.name = 'Bench ' || n
      JOIN res_country_state state
        ON state.id = (%(states)s::int[])[
            1 + n / 3 %% cardinality(%(states)s::int[])]"""
LOGS = """
    INSERT INTO crm_stage_log (lead_key, lead_id, stage_id, status, user_id, team_id,
                               company_id, amount, enter, is_backfilled)
    SELECT id, id, stage_id, CASE won_status WHEN 'pending' THEN 'open'
           ELSE won_status END, user_id, team_id, company_id, expected_revenue,
           date_last_stage_update, FALSE
      FROM crm_lead WHERE name LIKE 'Bench %%'"""
# two stays before the present one, in each of the stages
PAST_LOGS = """
    INSERT INTO crm_stage_log (lead_key, lead_id, stage_id, status, user_id, team_id,
                               company_id, amount, enter, leave, seconds, is_backfilled)
    SELECT id, id, (%(stages)s::int[])[
               1 + (id + part) %% cardinality(%(stages)s::int[])], 'open',
           user_id, team_id, company_id, expected_revenue,
           forecast_stage_since - part * days * interval '1 day',
           forecast_stage_since - (part - 1) * days * interval '1 day',
           days * 86400, FALSE
      FROM crm_lead
     CROSS JOIN generate_series(1, 2) part
     CROSS JOIN LATERAL (SELECT 1 + (id * 31 + part * 7) %% 60 AS days) stay
     WHERE name LIKE 'Bench %%'"""
MESSAGES = """
    INSERT INTO mail_message (model, res_id, date, message_type, mail_activity_type_id,
                              create_date)
    SELECT 'crm.lead', lead.id, now() - lead.id %% 200 * interval '1 day',
           'notification',
           CASE part WHEN 1 THEN (SELECT min(id) FROM mail_activity_type) END, now()
      FROM crm_lead lead CROSS JOIN generate_series(1, 3) part
     WHERE lead.name LIKE 'Bench %%'"""
ACTIVITIES = """
    INSERT INTO mail_activity (
        res_model, res_model_id, res_id, res_name, user_id, active, activity_type_id,
        date_deadline, summary)
    SELECT 'crm.lead', (SELECT id FROM ir_model WHERE model = 'crm.lead'), id, name,
           user_id, TRUE, (SELECT min(id) FROM mail_activity_type),
           %(today)s::date + id %% 60 - 5, 'Talk'
      FROM crm_lead WHERE name LIKE 'Bench %%' AND id %% 4 = 0"""
EVENTS = """
    INSERT INTO calendar_event (name, show_as, start, stop, active, opportunity_id,
                                user_id, create_date)
    SELECT 'Bench', 'busy', now() - id %% 300 * interval '1 day',
           now() - id %% 300 * interval '1 day', TRUE, id, user_id, now()
      FROM crm_lead WHERE name LIKE 'Bench %%' AND id %% 10 = 0"""
# what the nightly job would have found of the last months
PAST = """
    INSERT INTO crm_forecast_backtest (
        company_id, period_id, days_left, date, level, team_id, user_id, method,
        amount_forecast, amount_actual, training_periods, computed_at)
    SELECT period.company_id, period.id, days_left, period.date_to - days_left,
           level.name, NULL, level.user_id, method, 1100000, 1000000, 4, now()
      FROM crm_forecast_period period
     CROSS JOIN unnest(ARRAY[90, 60, 30, 7]) days_left
     CROSS JOIN unnest(ARRAY['learned', 'haircut', 'native', 'manual', 'last']) method
     CROSS JOIN (SELECT 'company' AS name, NULL::int AS user_id
                  UNION ALL
                 SELECT 'rep', user_id FROM unnest(%(users)s::int[]) user_id) level
     WHERE period.company_id = %(company)s AND period.date_to < %(today)s
    ON CONFLICT DO NOTHING"""
DAYS = """
    INSERT INTO crm_forecast_run (
        period_id, company_id, date, method, computed_at, line_count, amount_won,
        amount_open, amount_weighted, amount_total)
    SELECT period.id, period.company_id, day, method, now(), 1, 1, 1, 1, 1
      FROM crm_forecast_period period
     CROSS JOIN unnest(ARRAY['weighted', 'learned', 'haircut']) method
     CROSS JOIN generate_series(
           period.date_from, LEAST(period.date_to, current_date), '1 day') day
     WHERE period.kind = 'month' AND period.date_to >= current_date - 40
    ON CONFLICT DO NOTHING"""
REP_DAYS = """
    INSERT INTO crm_forecast_run_rep (
        run_id, company_id, user_id, team_id, line_count, amount_won, amount_open,
        amount_weighted, amount_new, amount_total, variance, shock, quantile)
    SELECT run.id, run.company_id, rep.user_id, rep.team_id, 1, 1000, 1000, 1000, 0,
           2000, 1, 1, 1.5
      FROM crm_forecast_run run
     CROSS JOIN (SELECT DISTINCT user_id, team_id FROM crm_forecast_run_rep) rep
     WHERE NOT EXISTS (SELECT FROM crm_forecast_run_rep known
                        WHERE known.run_id = run.id)"""
