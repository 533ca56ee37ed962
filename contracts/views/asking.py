"""A form whose domain function may refuse: the refusal stands beside its box, and nothing typed is lost."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import FormView


class Asking(FormView):
    """`refused` is the refusal of the domain, and `act` calls its one function."""

    refused: type[Exception]

    def act(self, given):
        """Does what the form asks; gives what is said of it, and where to go."""
        raise NotImplementedError

    def form_valid(self, form):
        try:
            said, where = self.act(form.cleaned_data)
        except self.refused as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        messages.success(self.request, said)
        return redirect(where)


class Acting:
    """A form about one thing, for whoever has the right whatever its state; who comes too late reads where it stands.

    Stands before the class that loads the thing, and `Asking` after it. `heading` and `button` are the page’s words.
    """

    heading = button = ""

    def may_ever(self):
        """Whether this person has the right, in any state."""
        raise NotImplementedError

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not self.may_ever():
            raise Http404

    def get_context_data(self, **kwargs):
        return super().get_context_data(heading=self.heading, button=self.button, **kwargs)
