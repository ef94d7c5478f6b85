"""Demo data: a Taiwanese shop (`story`) and the CDNOW purchase log (`cdnow`)."""
