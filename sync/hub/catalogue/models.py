"""Items, categories, pages of things and places, kept as the plain data of the feed beside what is searched."""

from __future__ import annotations

from django.db import models


class CatalogueItem(models.Model):
    """One item. `plain` is `sync.feed.item_to_plain` of it."""

    code = models.CharField(max_length=64, primary_key=True)
    thing = models.CharField(max_length=200, db_index=True)
    name = models.CharField(max_length=200)
    category = models.CharField(max_length=64, db_index=True)
    home = models.CharField(max_length=64, db_index=True)
    plain = models.JSONField()

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CatalogueCategory(models.Model):
    """One shelf, in the order of `position`. `plain` is `sync.feed.category_to_plain` of it."""

    category_id = models.CharField(max_length=64, primary_key=True)
    position = models.PositiveIntegerField()
    plain = models.JSONField()

    def __str__(self) -> str:
        return self.category_id


class CataloguePage(models.Model):
    """What residents are told of one thing. `plain` is `sync.feed_browse.page_to_plain` of it."""

    thing = models.CharField(max_length=200, primary_key=True)
    plain = models.JSONField()

    def __str__(self) -> str:
        return self.thing


class NearbyPlace(models.Model):
    """One place nearby. `plain` is `sync.feed_browse.place_to_plain` of it; `station` is empty where it is none."""

    place_id = models.CharField(max_length=64, primary_key=True)
    station = models.CharField(max_length=64, default="", db_index=True)
    plain = models.JSONField()

    def __str__(self) -> str:
        return self.place_id
