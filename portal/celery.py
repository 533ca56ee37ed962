"""The Celery application. The tables are the queue: a lost broker message delays work, it never loses it."""

from celery import Celery

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
