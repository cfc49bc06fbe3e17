for file in *.jpg; do
  curl --fail-with-body -H {{ ("X-API-Key: " ~ given.key) | as_shell }} -F "source=@\"$file\"" -F format=txt
  {%- for name, value in given.parameters.items() %} -F {{ (name ~ "=" ~ value) | as_shell }}{% endfor %} {{ given.api
    | as_shell }} && echo
done
