from . import cdnow, oracle
