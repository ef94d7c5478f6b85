# Runs in an Odoo shell: the CDNOW purchase log.
from demo import cdnow

cdnow.seed(env)
