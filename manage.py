#!/usr/bin/env python
"""Django's command line. Without a settings module it uses the embedded default."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
