# Runs in an Odoo shell: the hand-made demo story.
from demo import story

story.seed(env, line_port=int(arguments[0]))
