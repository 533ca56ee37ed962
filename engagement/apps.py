from django.apps import AppConfig


class EngagementConfig(AppConfig):
    name = "engagement"
    verbose_name = "Engagement"

    def ready(self):
        from engagement import receivers  # noqa: F401  registered by being imported, once the models are there
