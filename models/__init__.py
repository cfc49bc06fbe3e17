"""Rows and what they know of themselves. Queries have names; there is no SQL and no query building
anywhere else.
"""

from models.album import Album
from models.album_access import AlbumVisibility
from models.album_contents import Contents
from models.album_member import AlbumMember
from models.api_key import ApiKey
from models.attempt import Attempt, Limit
from models.audit import Act, AuditEntry
from models.base import begin_write, close_afterwards, connector, db, utcnow
from models.category import Category
from models.change import Change, ChangeItem, ChangeState, ItemState
from models.contribution import Contribution
from models.email import Email
from models.faults import DatabaseFault
from models.flow import Flow
from models.heart import Heart
from models.idempotency_key import IdempotencyKey
from models.identity import Identity
from models.invitation import Arrival, Invitation
from models.job import Claim, Job, Payload
from models.journal import Journal
from models.kind_tally import KindTally
from models.known_damage import KnownDamage
from models.link_contents import LinkContents, contents_of
from models.logo import Logo
from models.moved_address import MovedAddress
from models.notice import Notice, NoticeKind
from models.offer import Offer
from models.one_time_link import OneTimeLink
from models.opened_as_moderator import OpenedAsModerator
from models.passkey import Passkey
from models.portrait import Portrait
from models.recovery_code import RecoveryCode
from models.refusal import Refusal
from models.report import Reason, Report
from models.scrubbing import Scrubbing
from models.second_factor import SecondFactor
from models.seen_sums import SeenSums
from models.setting import Setting
from models.share_link import Download, ShareKind, ShareLink
from models.shown_once import ShownOnce
from models.site_fact import SiteFact
from models.snapshot import KnownFile, Snapshot
from models.space import Space
from models.spent import Spent
from models.tag import Tag
from models.tag_tally import TagCount, TagTally
from models.tally import Count, Tally
from models.twin import Twin
from models.upload import Upload, Visibility
from models.user import User
from models.user_session import UserSession
from models.visitor import Visitor

__all__ = [
    "Act", "Album", "AlbumMember", "AlbumVisibility", "ApiKey", "Arrival", "Attempt", "AuditEntry",
    "Category", "Change", "ChangeItem", "ChangeState", "Claim", "Contents", "Contribution", "Count",
    "DatabaseFault", "Download", "Email", "Flow", "Heart", "IdempotencyKey", "Identity",
    "Invitation", "ItemState", "Job", "Journal", "KindTally", "KnownDamage", "KnownFile", "Limit",
    "LinkContents", "Logo", "MovedAddress", "Notice", "NoticeKind", "Offer", "OneTimeLink",
    "OpenedAsModerator", "Passkey", "Payload", "Portrait", "Reason", "RecoveryCode", "Refusal",
    "Report", "Scrubbing", "SecondFactor", "SeenSums", "Setting", "ShareKind", "ShareLink",
    "ShownOnce", "SiteFact", "Snapshot", "Space", "Spent", "Tag", "TagCount", "TagTally", "Tally",
    "Twin", "Upload", "User", "UserSession", "Visibility", "Visitor", "begin_write",
    "close_afterwards", "connector", "contents_of", "db", "utcnow",
]  # fmt: skip
