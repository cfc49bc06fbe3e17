"""How the site looks from outside: what a proxy in front does to it, and what previews show.

The server asks itself at its public address, as a stranger would. It asks no other host: no
redirect is followed.
"""
