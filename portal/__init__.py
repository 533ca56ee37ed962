"""The site: pages, dashboard, open data, settings and URLs. It sees every package and nothing sees it."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
