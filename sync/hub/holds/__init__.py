"""What is set aside for whom: by residents at a station, or by staff here."""
