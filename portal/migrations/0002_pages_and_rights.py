"""The first pages, and what each role of the office may do with pages and media (interfaces.md, "Who may do what")."""

import uuid

from django.conf import settings
from django.db import migrations

PAGE_RIGHTS = {
    "INVOLVEMENT": ["add_page", "change_page"],
    "MANAGEMENT": ["publish_page"],
    "ADMINISTRATOR": ["lock_page", "unlock_page"],
}
MEDIA_RIGHTS = {"INVOLVEMENT": ["add", "change", "delete", "choose"], "MANAGEMENT": ["choose"]}
MEDIA_MODELS = [("wagtaildocs", "document"), ("wagtailimages", "image")]  # whose permissions count for ours as well
ADMINISTERED = [("wagtailredirects", "redirect", ["add", "change", "delete"])]
CMS_ROLES = ["INVOLVEMENT", "LEAD_COMMISSIONER", "MANAGEMENT", "ADMINISTRATOR"]
OTHER_ROLES = ["CONTRACT_MANAGER", "COMMISSIONER", "SPECIALIST", "AUDITOR"]


def permission(apps, app_label, model, codename):
    """The permission, made here since Django makes them only after all migrations."""
    content_type, _ = apps.get_model("contenttypes.ContentType").objects.get_or_create(app_label=app_label, model=model)
    action, _, _ = codename.partition("_")
    words = apps.get_model(app_label, model)._meta.verbose_name
    found, _ = apps.get_model("auth.Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": f"Can {action} {words}"}
    )
    return found


def make_pages(apps):
    """Replaces Wagtail's welcome page by the home page, with the list of activities under it."""
    page_model = apps.get_model("wagtailcore.Page")
    site_model = apps.get_model("wagtailcore.Site")
    content_types = apps.get_model("contenttypes.ContentType").objects
    locale = apps.get_model("wagtailcore.Locale").objects.get_or_create(language_code="en-gb")[0]
    site_model.objects.all().delete()
    page_model.objects.filter(depth__gt=1).delete()
    home = apps.get_model("portal.HomePage").objects.create(
        title=f"The services that keep {settings.OFFICE_PLACE} safe, decided in the open",
        draft_title="Home",
        slug="home",
        lead="See what we plan to fund, help shape it, and check how well each service is doing.",
        content_type=content_types.get_or_create(app_label="portal", model="homepage")[0],
        path="00010001",
        depth=2,
        numchild=1,
        url_path="/home/",
        locale=locale,
        translation_key=uuid.uuid4(),
    )
    apps.get_model("portal.ActivityIndexPage").objects.create(
        title="What we commission",
        draft_title="What we commission",
        slug="activities",
        lead="Every piece of commissioning, from the first look at what people need to the review of what it achieved.",
        content_type=content_types.get_or_create(app_label="portal", model="activityindexpage")[0],
        path="000100010001",
        depth=3,
        numchild=0,
        url_path="/home/activities/",
        locale=locale,
        translation_key=uuid.uuid4(),
    )
    page_model.objects.filter(depth=1).update(numchild=1)
    site_model.objects.create(
        hostname="localhost", port=80, site_name=settings.WAGTAIL_SITE_NAME, root_page_id=home.pk, is_default_site=True
    )
    return home


def give_rights(apps, home):
    """Groups carry the names of roles: `engagement.domain.organisations.sync_groups` puts people into them."""
    groups = apps.get_model("auth.Group").objects
    groups.filter(name__in=["Editors", "Moderators"]).delete()
    named = {role: groups.get_or_create(name=role)[0] for role in [*CMS_ROLES, *OTHER_ROLES]}
    for role in CMS_ROLES:
        named[role].permissions.add(permission(apps, "wagtailadmin", "admin", "access_admin"))
    for role, codenames in PAGE_RIGHTS.items():
        for codename in codenames:
            apps.get_model("wagtailcore.GroupPagePermission").objects.create(
                group=named[role], page_id=home.pk, permission=permission(apps, "wagtailcore", "page", codename)
            )
    root = apps.get_model("wagtailcore.Collection").objects.get(depth=1)
    for role, actions in MEDIA_RIGHTS.items():
        for app_label, model in MEDIA_MODELS:
            for action in actions:
                apps.get_model("wagtailcore.GroupCollectionPermission").objects.create(
                    group=named[role],
                    collection=root,
                    permission=permission(apps, app_label, model, f"{action}_{model}"),
                )
    for action in ("add", "change", "delete"):
        apps.get_model("wagtailcore.GroupCollectionPermission").objects.create(
            group=named["ADMINISTRATOR"],
            collection=root,
            permission=permission(apps, "wagtailcore", "collection", f"{action}_collection"),
        )
    for app_label, model, actions in ADMINISTERED:
        for action in actions:
            named["ADMINISTRATOR"].permissions.add(permission(apps, app_label, model, f"{action}_{model}"))
    return named


def make_workflow(apps, home, named):
    """One step for all pages: a second person of the Management Team approves."""
    apps.get_model("wagtailcore.WorkflowPage").objects.all().delete()
    apps.get_model("wagtailcore.Workflow").objects.all().delete()
    apps.get_model("wagtailcore.Task").objects.all().delete()
    content_type, _ = apps.get_model("contenttypes.ContentType").objects.get_or_create(
        app_label="portal", model="managementapproval"
    )
    task = apps.get_model("portal.ManagementApproval").objects.create(
        name="Approval by the Management Team", active=True, content_type=content_type
    )
    task.groups.set([named["MANAGEMENT"]])
    workflow = apps.get_model("wagtailcore.Workflow").objects.create(
        name="Approval by the Management Team", active=True
    )
    apps.get_model("wagtailcore.WorkflowTask").objects.create(workflow=workflow, task_id=task.pk, sort_order=0)
    apps.get_model("wagtailcore.WorkflowPage").objects.create(workflow=workflow, page_id=home.pk)


def begin(apps, schema_editor):
    home = make_pages(apps)
    make_workflow(apps, home, give_rights(apps, home))


class Migration(migrations.Migration):
    dependencies = [
        ("portal", "0001_initial"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
