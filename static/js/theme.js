// Before the first paint: the visitor's choice of light or dark, if there is one, and what the browser can do.
// Not a module, so that it runs at once.
{
  document.documentElement.classList.add("js");
  if (navigator.clipboard?.read) document.documentElement.classList.add("pastes");
  const chosen = localStorage.getItem("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
}
