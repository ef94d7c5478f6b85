from . import portal, xlsx
from . import portal, portal_join, signup
