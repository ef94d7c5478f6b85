def tell(story):
    pass
