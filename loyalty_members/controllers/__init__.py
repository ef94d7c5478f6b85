from . import portal, portal_join, signup, xlsx
