#: the eight ways to segment customers
WAYS = [
    ("profile", "Profile"),
    ("geography", "Geography"),
    ("psychographic", "Psychographics"),
    ("behaviour", "Behaviour"),
    ("need", "Needs"),
    ("transaction", "Transactions"),
    ("new_customer", "New Customers"),
    ("role", "Role"),
]
