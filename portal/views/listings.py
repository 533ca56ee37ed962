"""Lists with filters and the search: intentions, specifications, review outcomes."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from portal.domain import listings, searching
from portal.forms.filters import ListFilter, SearchForm

PER_PAGE = 20


@method_decorator(login_not_required, name="dispatch")
class DocumentList(TemplateView):
    """One kind of document of all activities. A page number out of range shows the nearest page there is."""

    listing = None

    def get_context_data(self, **kwargs):
        form = ListFilter(self.request.GET)
        found = self.listing(at=timezone.now(), **form.chosen())
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(filter=form, page_obj=page, **kwargs)


class IntentionList(DocumentList):
    template_name = "portal/intention_list.html"
    listing = staticmethod(listings.intentions)


class SpecificationList(DocumentList):
    template_name = "portal/specification_list.html"
    listing = staticmethod(listings.specifications)


class ReviewList(DocumentList):
    template_name = "portal/review_list.html"
    listing = staticmethod(listings.reviews)


@method_decorator(login_not_required, name="dispatch")
class Search(TemplateView):
    """What the public may read that holds all the words."""

    template_name = "portal/search.html"

    def get_context_data(self, **kwargs):
        form = SearchForm(self.request.GET)
        words = form.cleaned_data["q"] if form.is_valid() else self.request.GET.get("q", "")
        results = searching.search(text=words, at=timezone.now())
        page = Paginator(results, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            search=form,
            words=words,
            understood=searching.clean_query(words),
            page_obj=page,
            results=searching.describe(page.object_list),
            **kwargs,
        )
