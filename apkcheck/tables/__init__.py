"""The mapping tables: what ties permissions, APIs and SDKs to data types, purposes and words."""

from apkcheck.tables.index import Tables
from apkcheck.tables.loading import (
    TABLE_FILES,
    load_messages,
    load_tables,
    mappings_folder,
    profile_names,
)
from apkcheck.tables.rows import (
    Api,
    AppType,
    ChecklistEntry,
    Clause,
    DataType,
    Library,
    ManualCheck,
    Message,
    Notice,
    Packer,
    Permission,
    PermissionLabel,
    Purpose,
    RuleText,
    Sdk,
    SdkCategory,
    Source,
    Word,
)
from apkcheck.tables.vocabulary import Vocabulary

__all__ = [
    "TABLE_FILES",
    "Api",
    "AppType",
    "ChecklistEntry",
    "Clause",
    "DataType",
    "Library",
    "ManualCheck",
    "Message",
    "Notice",
    "Packer",
    "Permission",
    "PermissionLabel",
    "Purpose",
    "RuleText",
    "Sdk",
    "SdkCategory",
    "Source",
    "Tables",
    "Vocabulary",
    "Word",
    "load_messages",
    "load_tables",
    "mappings_folder",
    "profile_names",
]
