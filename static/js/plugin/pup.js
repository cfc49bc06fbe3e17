// The forum plugin: on another site, an upload button beside each editor. It opens our upload page in a window
// of its own and inserts the codes that this window sends. Called like Chevereto's, with the same
// attributes; needs nothing else.
(() => {
  const script = document.currentScript;
  const options = script.dataset;
  const page = new URL(options.url || "../upload", options.url ? location.href : script.src);
  const address = `${page.origin}${page.pathname.replace(/\/(upload)?\/?$/, "")}/upload/popup`;
  const EDITORS = "textarea:not([readonly], [disabled]), [contenteditable=''], [contenteditable=true]";
  const TRIGGERS = "[data-keepsake-trigger], [data-chevereto-pup-trigger]";
  const [MIN_WIDTH, MIN_HEIGHT] = [200, 40]; // pixels; what is smaller is a search field or the like
  const LABELS = {
    en: "Upload images",
    ar: "رفع الصور",
    cs: "Nahrát obrázky",
    de: "Bilder hochladen",
    es: "Subir imágenes",
    fi: "Lähetä kuvia",
    fr: "Envoyer des images",
    id: "Unggah gambar",
    it: "Carica immagini",
    ja: "画像をアップロード",
    nl: "Afbeeldingen uploaden",
    pl: "Prześlij obrazy",
    pt: "Enviar imagens",
    ru: "Загрузить изображения",
    tr: "Resim yükle",
    uk: "Завантажити зображення",
    zh: "上传图片",
    zh_TW: "上傳圖片",
  };
  const sessions = []; // {popup, editor, range, start, end}: where the codes of an open window are inserted

  function label() {
    const language =
      !options.lang || options.lang === "auto" ? document.documentElement.lang || navigator.language : options.lang;
    const name = language.replace("-", "_").replace(/^zh_Han[t].*|^zh_HK$/i, "zh_TW");
    return LABELS[name] ?? LABELS[name.slice(0, 2)] ?? LABELS.en;
  }

  // --- editors with a model of their own

  const RICHER = [
    {
      of: (element) => element.id && window.tinymce?.get?.(element.id),
      box: (tiny) => tiny.getContainer?.(),
      insert: (tiny, text, isHtml) => tiny.insertContent(isHtml ? text : escaped(text)),
    },
    {
      of: (element) => window.CKEDITOR?.instances?.[element.id || element.name],
      box: (ck) => ck.container?.$, // CKEditor 4
      insert: (ck, text, isHtml) => (isHtml ? ck.insertHtml(text) : ck.insertText(text)),
    },
    {
      of: (element) => element.ckeditorInstance, // CKEditor 5 reverts changes below its model
      insert: (ck, text, isHtml) =>
        ck.model.insertContent(ck.data.toModel(ck.data.processor.toView(isHtml ? text : escaped(text)))),
    },
    {
      of: (element) => element.matches("textarea") && window.sceditor?.instance?.(element),
      insert: (sc, text) => sc.insert(text),
    },
    {
      of: (element) => element.matches("textarea") && codeMirrorAfter(element),
      box: (cm) => cm.getWrapperElement(), // also EasyMDE
      insert: (cm, text) => cm.replaceSelection(text),
    },
  ];

  function codeMirrorAfter(element) {
    const box = element.nextElementSibling;
    return box?.CodeMirror ?? box?.querySelector(".CodeMirror")?.CodeMirror;
  }

  function richer(element) {
    for (const kind of RICHER) {
      const instance = kind.of(element);
      if (instance) return { box: kind.box?.(instance), insert: (text, isHtml) => kind.insert(instance, text, isHtml) };
    }
    return null;
  }

  function isEditor(element) {
    if (richer(element)) return true;
    if (element.parentElement?.closest("[contenteditable=''], [contenteditable=true]")) return false;
    return element.offsetWidth >= MIN_WIDTH && element.offsetHeight >= MIN_HEIGHT;
  }

  // --- buttons

  const buttons = new Map(); // editor: its button

  function addButtons() {
    for (const [editor, button] of buttons) {
      if (editor.isConnected && takesButton(editor)) continue;
      button.remove(); // a rich editor replaced it
      buttons.delete(editor);
    }
    for (const editor of document.querySelectorAll(options.target || EDITORS)) {
      if (buttons.has(editor) || !takesButton(editor)) continue;
      const anchor = options.sibling ? document.querySelector(options.sibling) : (richer(editor)?.box ?? editor);
      if (!anchor) continue;
      buttons.set(editor, newButton(editor));
      anchor.insertAdjacentElement(options.siblingPos === "before" ? "beforebegin" : "afterend", buttons.get(editor));
    }
  }

  const takesButton = (editor) => options.target || isEditor(editor);

  function newButton(editor) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "keepsake-upload";
    button.textContent = label();
    // Property by property: the site's policy may forbid style attributes.
    Object.assign(button.style, {
      display: "inline-block",
      margin: ".4em 0",
      padding: ".4em .9em",
      border: "1px solid",
      borderRadius: ".4em",
      background: "transparent",
      color: "inherit",
      font: "inherit",
      cursor: "pointer",
    });
    button.addEventListener("mousedown", (event) => event.preventDefault()); // the caret stays where it is
    button.addEventListener("click", () => openFor(editor));
    return button;
  }

  // --- the window

  function openFor(editor) {
    const popup = open(address, `keepsake${sessions.length}`, "popup,width=760,height=800");
    if (!popup) {
      // eslint-disable-next-line no-alert -- the page is somebody else's: nothing of ours is there to say it in
      alert(`Allow windows of ${page.host} on this page, then try again.`);
      return;
    }
    sessions.push({ popup, editor, start: editor.selectionStart, end: editor.selectionEnd, range: rangeIn(editor) });
  }

  function rangeIn(editor) {
    const selection = getSelection();
    return selection.rangeCount && editor.contains(selection.getRangeAt(0).commonAncestorContainer)
      ? selection.getRangeAt(0).cloneRange()
      : null;
  }

  addEventListener("message", (event) => {
    if (event.origin !== page.origin) return;
    const session = sessions.find((one) => one.popup === event.source);
    if (!session) return;
    if (event.data?.keepsake === "ready") {
      const { autoInsert = "bbcode-embed-medium", autoClose = "1" } = options;
      session.popup.postMessage({ keepsake: "settings", autoInsert, autoClose }, page.origin);
    } else if (event.data?.keepsake === "codes" && typeof event.data.text === "string") {
      if (insert(session, event.data.text, event.data.isHtml === true)) {
        session.popup.postMessage({ keepsake: "inserted" }, page.origin);
      }
    }
  });

  // --- inserting

  // Whether it was inserted. If not, our window says so, and the codes can be copied.
  function insert(session, text, isHtml) {
    const { editor } = session;
    const rich = richer(editor);
    if (!rich) return editor.isContentEditable ? insertAtRange(session, text, isHtml) : insertAtCaret(session, text);
    rich.insert(text, isHtml);
    return true;
  }

  function escaped(text) {
    const line = document.createElement("p");
    line.textContent = text;
    return line.innerHTML.replaceAll("\n", "<br>");
  }

  function insertAtCaret(session, text) {
    const { editor } = session;
    const end = Math.min(session.end ?? editor.value.length, editor.value.length);
    const start = Math.min(session.start ?? end, end);
    const before = /\S$/.test(editor.value.slice(0, start)) ? " " : "";
    const after = /^\S/.test(editor.value.slice(end)) ? " " : "";
    editor.setRangeText(before + text + after, start, end, "end");
    session.start = session.end = editor.selectionEnd;
    editor.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
    editor.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }

  function insertAtRange(session, text, isHtml) {
    const { editor, range } = session;
    editor.focus();
    const selection = getSelection();
    if (range && editor.contains(range.commonAncestorContainer)) {
      selection.removeAllRanges();
      selection.addRange(range);
    } else {
      selection.selectAllChildren(editor);
      selection.collapseToEnd();
    }
    const before = editor.innerHTML;
    // execCommand, so that rich editors notice and can undo it.
    document.execCommand(isHtml ? "insertHTML" : "insertText", false, text);
    session.range = rangeIn(editor);
    return editor.innerHTML !== before;
  }

  // --- start

  document.addEventListener("click", (event) => {
    const trigger = event.target.closest?.(TRIGGERS);
    const target = trigger?.dataset.target || options.target;
    const editor = trigger && target && document.querySelector(target);
    if (editor) {
      event.preventDefault();
      openFor(editor);
    }
  });

  if (options.mode === "manual") return;
  let waiting;
  const addSoon = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      addButtons();
    }, 200);
  };
  const start = () => {
    addButtons();
    new MutationObserver(addSoon).observe(document.body, {
      childList: true,
      subtree: true,
      attributeFilter: ["class", "hidden", "style"],
    }); // editors that open later
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
