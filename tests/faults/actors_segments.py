"""Customer statistics: jobs that are killed between their steps."""

import json

import segments_actors
from stage import actor, request


@actor
def stop_stats_job(registry, job, size, method, call):
    """Have statistics to correct, and correct them by a scheduled job in small steps.

    It stops in a call of the method, done but not committed, and waits for its end.
    """
    queued = job == "_cron_refresh"
    request(registry, lambda env: segments_actors.prepare(env, 30, queued))
    segments_actors.stop_in_call(registry, method, int(call))
    segments_actors.run_job(registry, job, int(size))


@actor
def resume_stats_job(registry, job, size):
    """Print: the facts before and after another run of the job."""
    before = segments_actors.facts(registry)
    segments_actors.run_job(registry, job, int(size))
    print(json.dumps([before, segments_actors.facts(registry)]))


@actor
def cancel_rebuild(registry):
    request(registry, lambda env: env["crm.stats.rebuild"].search([]).action_cancel())
