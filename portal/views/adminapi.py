"""What Wagtail's admin asks for its side bar, cut to what this person may see and do (security row W07)."""

from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.documents.permissions import permission_policy as documents
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.images.permissions import permission_policy as images


class PagesForReading(PagesAdminAPIViewSet):
    """Lists pages and changes none: publishing has its own doors, with four eyes."""

    actions = {}


class DocumentsToChoose(DocumentsAdminAPIViewSet):
    """Documents that this person may choose or change."""

    def get_queryset(self):
        return documents.instances_user_has_any_permission_for(self.request.user, ["choose", "change"])


class ImagesToChoose(ImagesAdminAPIViewSet):
    """Pictures that this person may choose or change."""

    def get_queryset(self):
        return images.instances_user_has_any_permission_for(self.request.user, ["choose", "change"])
