"""A form whose domain function may refuse: the refusal stands beside its box, and nothing typed is lost."""

from django.contrib import messages
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
