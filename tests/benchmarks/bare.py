"""The least that Django can do: one view, no middleware, no database. Settings and URL configuration in one."""

from django.http import HttpResponse
from django.urls import path

SECRET_KEY = "only-for-benchmarks"
ALLOWED_HOSTS = ["localhost"]
ROOT_URLCONF = "tests.benchmarks.bare"
MIDDLEWARE = []
INSTALLED_APPS = []


def bare(request):
    return HttpResponse("Hello")


urlpatterns = [path("", bare)]
