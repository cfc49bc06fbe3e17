"""How long texts may be, in characters, how wide a picture and how old a photo: forms, the API and
the commands all take these.
"""

MAX_TITLE, MAX_DESCRIPTION = 100, 5000  # contract, *Request*
MAX_ALT_TEXT = 1000  # a long paragraph: more belongs into a description
MAX_TAG, MAX_TAGS = 32, 50  # of one tag; tags of one upload, far more than anybody reads
MAX_ALBUM, MAX_CATEGORY = 100, 60  # a line of a list
MAX_ID = 32  # of anything that a program names
MAX_ALBUMS = 100  # of one upload, as the API changes them: all in one body
MAX_TAG_DESCRIPTION = 500  # of a tag or a category: a paragraph
MAX_PAGE = 100  # uploads, albums or tags of one answer of the API
MAX_REPORT = 500  # of what somebody reports: a paragraph
MAX_QUERY = 200  # of a search: a long sentence
MAX_KEY_MB = 1_000_000  # of a file, as of the site
MAX_LABEL = 60  # of a key: a program and a device
MAX_INVITED = 100  # people by one invitation: more than any family
MAX_WAITING = 100  # accounts that wait for approval: what an admin can read through
MIN_USER, MAX_USER = 2, 32  # a user's name
MAX_DISPLAY_NAME, MAX_BIO = 60, 500  # a line; a paragraph
MAX_SENDER = 60  # what a sender is called: a line, as a display name
MAX_LOGIN = 64  # more than any user's name: who mistypes one is told that it fits nobody
MAX_EMAIL = 254  # RFC 5321, 4.5.3.1.3, with errata 1690
MIN_ALBUM_PASSWORD = 6  # it is told to many, and tried ten times an hour
MAX_SHARE_LINKS = 1000  # of one person: more than anybody keeps in mind, and some pages of a list
MAX_LINK_FILES = 2000  # chosen in one form, a row each; an album's link needs none, and takes any
MAX_LINK_VIEWS = 1_000_000  # that a share link may be limited to
MAX_SENT_FILES = 100_000  # by one share link, as far as its owner may allow: any gathering
MIN_PASSWORD = 8  # NIST SP 800-63B, 5.1.1.2
MAX_PASSWORD = 256  # scrypt would take any; a form field need not
MAX_CODE = 30  # of a second factor; a recovery code has 19 characters
MIN_WIDTH, MAX_WIDTH = 16, 20_000  # pixels to resize to (contract, *Request*)
FIRST_PHOTO = "1826-01-01"  # the day from which a photo may be: the first one is of that year
MIN_UNUSED, MAX_UNUSED = 1, 3660  # days without a view: what is looked at each day; ten years
MAX_NUMBER = 999_999_999  # in bodies of the API: seconds of thirty years, ids of any site
DURATION = (  # a regular expression: ISO 8601-1, without fractions
    r"P(?=[0-9T])([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,4}D)?"
    r"(T(?=[0-9])([0-9]{1,6}H)?([0-9]{1,6}M)?([0-9]{1,6}S)?)?"
)
