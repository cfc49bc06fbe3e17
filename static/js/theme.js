// Before the first paint: the visitor's choice of light or dark, if there is one.
// Not a module, so that it runs at once.
{
  document.documentElement.classList.add("js");
  const chosen = localStorage.getItem("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
}
