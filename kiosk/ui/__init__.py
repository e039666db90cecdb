"""The kiosk's screen. The only part that imports Kivy; it shows the desk's views and sends touches."""
