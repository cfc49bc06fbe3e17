{%- set code -%}
(() => {
{% include "uploaders/files/_pick.js" %}
pick((address) => open({{ (given.base ~ "/#add=") | as_js }} + encodeURIComponent(address)));
})();
{%- endset -%}
javascript:{{ code | as_one_line | urlencode }}
