"""Log-in at a provider of OpenID Connect (https://openid.net/specs/openid-connect-core-1_0.html).

`provider` imports what takes long to import: only who logs in so needs it.
"""
