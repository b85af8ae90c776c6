// A second click does nothing while the first is on its way. The server bears it too; this only spares a wasted answer.
for (const form of document.forms) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // The browser may show this very page again when somebody goes back.
  window.addEventListener("pageshow", () => {
    sent = false;
  });
}
