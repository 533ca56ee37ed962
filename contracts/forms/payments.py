"""What is typed about payments: planned, proposed, decided, taken back."""

from django import forms

from contracts.enums import PaymentKind
from contracts.forms.asked import RefusedBeside, approval, text
from contracts.forms.funding import pounds
from contracts.models import Action, Allocation
from engagement.forms.dates import DayField


def reference(hint):
    """What the office's ledger calls it."""
    return forms.CharField(
        label="Reference",
        max_length=60,
        help_text=hint,
        error_messages={"required": "Enter its reference", "max_length": "Use at most 60 characters"},
    )


class OfLine(RefusedBeside):
    """Something about one of the agreement's funding lines."""

    allocation = forms.ModelChoiceField(
        label="Out of which funding line?",
        queryset=Allocation.objects.none(),
        empty_label="Choose a funding line",
        error_messages={"required": "Choose a funding line", "invalid_choice": "Choose a line of this agreement"},
    )

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["allocation"].queryset = lines


class PlanForm(OfLine):
    """When how much is to be paid, and what it waits for."""

    due_on = DayField(
        label="On which day is it due?",
        name="The day it is due",
        help_text="For example, 30 6 2027",
        error_messages={"required": "Enter the day it is due"},
    )
    amount = pounds("How much?", "Enter how much it is", least=0)
    after_period = forms.ChoiceField(
        label="Does it wait for a return?",
        required=False,
        help_text="Then nothing is paid before the return of that period is accepted.",
        error_messages={"invalid_choice": "Choose a period from the list"},
    )
    milestone = forms.ModelChoiceField(
        label="Does it wait for a milestone?",
        queryset=Action.objects.none(),
        required=False,
        empty_label="No",
        help_text="One of a plan of this agreement.",
        error_messages={"invalid_choice": "Choose a milestone from the list"},
    )

    def __init__(self, *args, periods, milestones, **kwargs):
        super().__init__(*args, **kwargs)
        self.periods = {period.code: period for period in periods}
        self.fields["after_period"].choices = [("", "No"), *((one.code, one.label) for one in periods)]
        self.fields["milestone"].queryset = milestones
        if not milestones:
            del self.fields["milestone"]


class InvoiceForm(RefusedBeside):
    """When a valid invoice or claim came."""

    invoice_on = DayField(
        label="When did a valid invoice or claim come?",
        name="The day on which it came",
        error_messages={"required": "Enter the day on which it came"},
    )


class ProposeForm(RefusedBeside):
    """What is to be paid when, under which reference."""

    amount = pounds("How much is paid?", "Enter how much is paid", least=0)
    paid_on = DayField(
        label="On which day is it paid?",
        name="The day it is paid",
        help_text="At most 31 days from now.",
        error_messages={"required": "Enter the day it is paid"},
    )
    reference = reference("Of the invoice or the payment run.")


class DecideForm(RefusedBeside):
    """Whether a payment is made. `seen` is when that was proposed which the person read."""

    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    approve = approval()
    words = text(
        "Why?", "Say why", hint="Needed when it is not approved. The office reads this.", required=False, rows=3
    )


class TakeBackForm(OfLine):
    """A clawback, or an underspend that comes back."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[(one.value, one.label) for one in (PaymentKind.CLAWBACK, PaymentKind.UNDERSPEND)],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is"},
    )
    amount = pounds("How much comes back?", "Enter how much comes back", least=0, hint="Without a minus sign.")
    paid_on = DayField(
        label="On which day?",
        name="The day it comes back",
        error_messages={"required": "Enter the day it comes back"},
    )
    reference = reference("Of the letter or the ledger.")
    reason = text("Why?", "Say why", hint="The provider reads this once it is approved.")

    field_order = ("kind", "allocation", "amount", "paid_on", "reference", "reason")
