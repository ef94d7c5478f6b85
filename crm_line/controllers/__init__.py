from . import click, webhook
