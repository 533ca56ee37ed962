"""People who sign in. Everyone signs in with an e-mail address, and nobody is above the policies."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address; there is no way to make a superuser."""

    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        """A user with a lower-cased e-mail address; without a password they sign in by e-mailed code."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account: of the office, of a provider, or a service user who chose one."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField("may sign in", default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case"),
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="user_never_superuser"),
        ]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        """What Wagtail and the templates call the person."""
        return str(self)

    def get_short_name(self):
        return self.name.split(" ")[0] if self.name else self.email

    @property
    def first_name(self):
        """Wagtail's admin greets people by this."""
        return self.get_short_name()

    @property
    def last_name(self):
        return self.name.partition(" ")[2]

    @property
    def is_staff(self):
        """Django's admin is not installed; nothing may depend on this flag."""
        return False
