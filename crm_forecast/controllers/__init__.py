from . import calls
