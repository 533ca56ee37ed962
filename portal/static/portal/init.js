// Progressive enhancement only: every page works without it. GOV.UK Frontend's own script is imported from the address
// that the page names, so that a file renamed after its content is still found.

const { initAll } = await import(document.querySelector("script[data-govuk]").dataset.govuk);

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// An open group of the navigation closes when the person turns to something else. Without script it stays until pressed.
const openMenus = () => document.querySelectorAll(".portal-menu[open]");

document.addEventListener("click", ({ target }) => {
  for (const menu of openMenus()) {
    menu.open = menu.contains(target);
  }
});

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") {
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});
