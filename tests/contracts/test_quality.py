"""How good the data are: four shares, apart from every rating, for the office and the provider itself."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.domain.quality import Checked, quality_of, shares_of
from contracts.models import KpiReturn, Restatement
from engagement.enums import Role
from tests.factories.contracts import FigureFactory, IndicatorFactory, KpiReturnFactory
from tests.factories.engagement import NOW, UserFactory

CHECKED = st.builds(Checked, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.booleans())


@given(st.lists(st.booleans()), st.lists(CHECKED))
def test_every_share_is_of_what_there_is_and_none_is_of_nothing(in_time, figures):
    for share in shares_of(in_time, figures):
        assert 0 <= share.good <= share.whole
        assert share.whole > 0


@pytest.fixture
def returns(agreement):
    """A late quarter with a figure that is not there, one in time that jumps, one that is overdue."""
    indicator = IndicatorFactory(agreement=agreement, code="V2")
    late = KpiReturnFactory(accepted=True, agreement=agreement, quarter="2025-26 Q3", due_at=NOW - timedelta(days=9))
    FigureFactory(kpi_return=late, indicator=indicator, numerator=Decimal(50), denominator=Decimal(100))
    other = IndicatorFactory(agreement=agreement, code="V3")
    FigureFactory(kpi_return=late, indicator=other, unavailable=True)
    jumps = KpiReturnFactory(submitted=True, agreement=agreement, quarter="2025-26 Q4")
    FigureFactory(kpi_return=jumps, indicator=indicator, numerator=Decimal(90), denominator=Decimal(100))
    KpiReturnFactory(overdue=True, agreement=agreement, quarter="2026-27 Q1")
    return late, jumps


@pytest.mark.django_db
@pytest.mark.requirement("R-088")
def test_shares_of_an_agreement(agreement, returns, django_assert_num_queries):
    with django_assert_num_queries(2):
        shares = quality_of(agreement, beside=KpiReturn.objects.all(), at=NOW)

    assert [share.text for share in shares] == ["1 of 3 returns", "2 of 3 figures", "1 of 2 figures", "2 of 2 figures"]


@pytest.mark.django_db
def test_a_jump_that_is_explained_and_a_figure_that_was_put_right(agreement, returns):
    late, jumps = returns
    jumps.figures.update(commentary="A second desk opened.")
    Restatement.objects.create(
        figure=late.figures.get(indicator__code="V2"),
        state="APPROVED",
        reason="COUNTED_WRONG",
        words="On another sheet.",
        public_note="One team was left out.",
        before={},
        after={},
        seen_version=1,
        asked_at=NOW,
        asked_by=late.submitted_by,
        decided_at=NOW,
        decided_by=UserFactory(role=Role.MANAGEMENT),
    )

    shares = quality_of(agreement, beside=KpiReturn.objects.all(), at=NOW)

    assert [share.text for share in shares][2:] == ["2 of 2 figures", "1 of 2 figures"]


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
def test_the_office_and_the_provider_read_it_and_the_public_page_does_not_have_it(client, agreement, returns, preparer):
    pages = []
    for person in (UserFactory(role=Role.MANAGEMENT), preparer):
        client.force_login(person)
        pages.append(client.get(agreement.get_absolute_url()).content.decode())
    client.force_login(UserFactory(role=Role.SPECIALIST))
    specialist = client.get(agreement.get_absolute_url()).content.decode()

    assert all("1 of 3 returns" in page for page in pages)
    assert "0 of 1 return<" in specialist  # who reads accepted returns alone
