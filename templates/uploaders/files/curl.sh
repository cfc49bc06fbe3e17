curl --fail-with-body -H {{ ("X-API-Key: " ~ given.key) | as_shell }} -F source=@photo.jpg
{%- for name, value in given.parameters.items() %} -F {{ (name ~ "=" ~ value) | as_shell }}{% endfor %} {{ given.api
    | as_shell }}
