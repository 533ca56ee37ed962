// The editor of a questionnaire: of each question only the panels that its kind needs. Nothing is cleared by hiding it.
(() => {
  const PREFIX = "for-kind-";

  function show(select) {
    const question = select.closest("[data-inline-panel-child]");
    if (!question) return;
    for (const panel of question.querySelectorAll(".for-kinds")) {
      if (panel.closest("[data-inline-panel-child]") === question) {
        panel.hidden = !panel.classList.contains(PREFIX + select.value);
      }
    }
  }

  function showAll(root) {
    root.querySelectorAll('select[name^="questions-"][name$="-kind"]').forEach(show);
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches('select[name^="questions-"][name$="-kind"]')) show(event.target);
  });
  document.addEventListener("DOMContentLoaded", () => {
    showAll(document);
    const list = document.querySelector("#id_questions-FORMS");
    if (list) new MutationObserver(() => showAll(list)).observe(list, { childList: true });
  });
})();
