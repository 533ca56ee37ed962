"""Forms of signing in, where allauth's own leave something open."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP


class SetUpAuthenticator(ActivateTOTPForm):
    """A code is spent by setting up as by signing in: whoever looked over a shoulder cannot use it again (T10)."""

    def clean_code(self):
        code = super().clean_code()
        if not TOTP(Authenticator(user=self.user))._mark_code_used(code):
            raise get_adapter().validation_error("incorrect_code")
        return code
