"""Binary XML as a tree of elements, with attributes by resource id as Android looks them up.

Android finds ``android:name`` by the resource id that the file's resource map gives to the
attribute's name: neither the name's letters nor its namespace count (AOSP ``ResourceTypes.cpp``).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from apkcheck.apk.chunks import STRING_POOL, Chunk, ChunkError, StringPool, chunk_at, chunks

TYPE_REFERENCE = 0x01
TYPE_STRING = 0x03
TYPE_BOOLEAN = 0x12
TYPE_DYNAMIC_REFERENCE = 0x07
FIRST_INTEGER, LAST_INTEGER = 0x10, 0x1F

_RESOURCE_MAP = 0x0180
_START_ELEMENT, _END_ELEMENT = 0x0102, 0x0103
_FIRST_NODE, _LAST_NODE = 0x0100, 0x017F
_NODE_HEADER = 16
_ELEMENT = struct.Struct("<IIHHH")
_ELEMENT_SIZE = 20
_ATTRIBUTE = struct.Struct("<IIIHBBI")
_NOTHING = 0xFFFFFFFF
_MOST_ELEMENTS = 50_000


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute with its typed value."""

    id: int
    """Resource id of its name; 0 if it has none."""
    namespace: str | None
    name: str
    type: int
    data: int
    text: str | None
    """The value if it is a string."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element with its attributes and the elements right below it."""

    name: str
    attributes: tuple[Attribute, ...]
    children: tuple[Element, ...]

    def attribute(self, resource_id: int) -> Attribute | None:
        """The attribute of that resource id."""
        return next((a for a in self.attributes if a.id == resource_id), None)

    def plain(self, name: str) -> str | None:
        """The string value of an attribute without a namespace, such as ``package``."""
        return next(
            (a.text for a in self.attributes if a.namespace is None and a.name == name), None
        )

    def all(self, *names: str) -> tuple[Element, ...]:
        """The elements of these names right below this one."""
        return tuple(child for child in self.children if child.name in names)


@dataclass(slots=True)
class _Open:
    """An element whose end was not reached yet."""

    name: str
    attributes: tuple[Attribute, ...]
    children: list[Element] = field(default_factory=list)

    def closed(self) -> Element:
        return Element(self.name, self.attributes, tuple(self.children))


def read_xml(data: bytes) -> Element:
    """The root element.

    Raises:
        ChunkError: if the data is not well-formed binary XML.
    """
    # Android looks at the size of the outermost chunk, not at its type.
    document = chunk_at(data, 0, len(data))
    names = _Names(data, document)
    stack = [_Open("", ())]
    elements = 0
    for chunk in chunks(data, document.body, document.end):
        if chunk.type == _START_ELEMENT:
            elements += 1
            if elements > _MOST_ELEMENTS:
                raise ChunkError(f"there are more than {_MOST_ELEMENTS} elements")
            stack.append(names.element(data, chunk))
        elif chunk.type == _END_ELEMENT and len(stack) > 1:
            element = stack.pop().closed()
            stack[-1].children.append(element)
    while len(stack) > 1:  # Android does not mind ends that are left out.
        element = stack.pop().closed()
        stack[-1].children.append(element)
    if not stack[0].children:
        raise ChunkError("there is no element")
    return stack[0].children[0]


class _Names:
    """The string pool and the resource map, which stand before the first element."""

    def __init__(self, data: bytes, document: Chunk) -> None:
        pool, ids = None, b""
        for chunk in chunks(data, document.body, document.end):
            if chunk.type == STRING_POOL:
                pool = StringPool(data, chunk)
            elif chunk.type == _RESOURCE_MAP:
                ids = data[chunk.body : chunk.end]
            elif _FIRST_NODE <= chunk.type <= _LAST_NODE:
                break
        if pool is None:
            raise ChunkError("there is no string pool")
        self._pool = pool
        self._ids = struct.unpack(f"<{len(ids) // 4}I", ids)

    def element(self, data: bytes, chunk: Chunk) -> _Open:
        if chunk.body - chunk.start < _NODE_HEADER or chunk.body + _ELEMENT_SIZE > chunk.end:
            raise ChunkError(f"the element at {chunk.start:#x} is cut short")
        _, name, start, size, count = _ELEMENT.unpack_from(data, chunk.body)
        first = chunk.body + start
        if count and (size < _ATTRIBUTE.size or first + size * count > chunk.end):
            raise ChunkError(f"the attributes at {chunk.start:#x} lie outside their element")
        attributes = tuple(self._attribute(data, first + size * i) for i in range(count))
        return _Open(self._pool[name] or "", attributes)

    def _attribute(self, data: bytes, at: int) -> Attribute:
        namespace, name, _, _, _, kind, value = _ATTRIBUTE.unpack_from(data, at)
        return Attribute(
            id=self._ids[name] if name < len(self._ids) else 0,
            namespace=None if namespace == _NOTHING else self._pool[namespace],
            name=self._pool[name] or "",
            type=kind,
            data=value,
            text=self._pool[value] if kind == TYPE_STRING else None,
        )
