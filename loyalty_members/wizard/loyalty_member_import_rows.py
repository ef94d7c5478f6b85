"""Looking up the lines of a member import; every problem names its line and field."""

from odoo.tools import email_normalize

from ..tools import import_rows as cells

COLUMNS = {
    "member no.": "number",
    "number": "number",
    "name": "name",
    "phone": "phone",
    "telephone": "phone",
    "e-mail": "email",
    "email": "email",
    "birthday": "birthday",
    "joined on": "joined_on",
    "points": "points",
    "origin": "origin",
    "expires on": "expire_on",
    "會員編號": "number",
    "姓名": "name",
    "電話": "phone",
    "手機": "phone",
    "電子郵件": "email",
    "生日": "birthday",
    "入會日": "joined_on",
    "點數": "points",
    "來源": "origin",
    "到期日": "expire_on",
}
# the same in the order of the template
TEMPLATE = ("number", "name", "phone", "email", "birthday", "joined_on")
TEMPLATE += ("points", "origin", "expire_on")


class Line:
    """One line of the file: what it says, whom it means, and what is wrong."""

    def __init__(self, number, row):
        self.line = number
        self.row = row
        self.error = None
        self.done = False  # its points have been imported before
        self.values = {}
        self.person = None

    def text(self, name):
        return (self.row.get(name) or "").strip()


class Person:
    """The lines of one member."""

    def __init__(self, lines):
        self.lines = lines
        self.partner_id = None
        self.member = None

    @property
    def first(self):
        return self.lines[0]

    def get(self, name):
        """The first value of a field in the lines of the person."""
        return next((v for line in self.lines if (v := line.values.get(name))), None)

    @property
    def error(self):
        return any(line.error for line in self.lines)


class ImportReader:
    """Reads all lines with a fixed number of queries, in superuser mode."""

    def __init__(self, env, program, rows, file_key):
        self.env = env
        self.program = program
        self.today = program._today()
        self.file_key = file_key
        self.home = program.company_id.country_id or env.ref("base.tw")
        self.lines = [Line(number, row) for number, row in rows]
        self.has_expiry = any("expire_on" in row for _number, row in rows)
        for line in self.lines:
            self._read_cells(line)
        self.people = self._people()
        self._find_members()
        self._find_contacts()
        self._check_people()
        self._check_keys()

    def key(self, line):
        """What makes the points of a line be imported once."""
        return f"import:{self.file_key}:{line.line}"

    def fail(self, line, message):
        line.error = line.error or message

    # -- cells ----------------------------------------------------------------
    def _read_cells(self, line):
        env, values = self.env, line.values
        for name in ("number", "name"):
            values[name] = line.text(name)
        labels = {
            "birthday": env._("Birthday"),
            "joined_on": env._("Joined On"),
            "expire_on": env._("Expires On"),
        }
        for name, label in labels.items():
            try:
                values[name] = cells.parse_date(line.text(name))
            except ValueError:
                self.fail(
                    line,
                    env._(
                        "“%(field)s”: %(value)s is not a date; write 2027-01-31.",
                        field=label,
                        value=line.text(name),
                    ),
                )
        self._read_points(line)
        self._read_addresses(line)

    def _read_points(self, line):
        env, values = self.env, line.values
        try:
            values["points"] = cells.parse_points(line.text("points"))
        except ValueError:
            values["points"] = 0
            self.fail(
                line,
                env._(
                    "“Points”: %(value)s is not a whole number of zero or more.",
                    value=line.text("points"),
                ),
            )
        try:
            values["origin"] = cells.parse_origin(line.text("origin"))
        except ValueError:
            self.fail(
                line,
                env._(
                    "“Origin”: %(value)s is none of earned, bonus, paid.",
                    value=line.text("origin"),
                ),
            )
        expire_on = values.get("expire_on")
        if values.get("origin") == "paid" and expire_on:
            self.fail(
                line,
                env._("“Expires On”: points that were paid for may not expire."),
            )
        if cells.is_past(expire_on, self.today):
            self.fail(
                line,
                env._("“Expires On”: %(day)s is past.", day=line.text("expire_on")),
            )

    def _read_addresses(self, line):
        env, values = self.env, line.values
        phone, email = line.text("phone"), line.text("email")
        values["phone"] = phone and env["res.partner"]._phone_format(
            number=phone, country=self.home
        )
        values["email"] = email and email_normalize(email)
        if phone and not values["phone"]:
            self.fail(
                line, env._("“Phone”: %(value)s is not a valid number.", value=phone)
            )
        if email and not values["email"]:
            self.fail(
                line, env._("“E-mail”: %(value)s is not an address.", value=email)
            )
        if not (values["number"] or phone or email):
            self.fail(line, env._("Fill in “Member No.”, “Phone” or “E-mail”."))

    # -- whom -----------------------------------------------------------------
    def _people(self):
        grouped = {}
        for line in self.lines:
            values = line.values
            name = values["number"] or values["phone"] or values["email"] or line.line
            grouped.setdefault(name, []).append(line)
        people = [Person(lines) for lines in grouped.values()]
        for person in people:
            for line in person.lines:
                line.person = person
        return people

    def _find_members(self):
        numbers = [p.get("number") for p in self.people if p.get("number")]
        members = self.env["loyalty.member"].search(
            [("program_id", "=", self.program.id), ("number", "in", numbers)]
        )
        self.by_number = {member.number: member._remaining() for member in members}
        cards = self.env["loyalty.card"].with_context(active_test=False)
        self.foreign = set(cards.search([("code", "in", numbers)]).mapped("code"))
        self.foreign -= set(members.mapped("number"))

    def _find_contacts(self):
        """Contacts with exactly these numbers or addresses, by number or address."""
        found = self.env["loyalty.member"]._contacts_by_address(
            {p.get("phone") for p in self.people},
            {p.get("email") for p in self.people},
        )
        self.contacts = {}
        for partner in found:
            for word in (partner.phone_sanitized, partner.email_normalized):
                self.contacts.setdefault(word, set()).add(partner.id)
        wanted = self.env["res.partner"].browse(set().union(*self.contacts.values()))
        self.member_of = {
            member.partner_id.id: member
            for member in self.env["loyalty.member"].search(
                [
                    ("program_id", "=", self.program.id),
                    ("partner_id", "in", wanted.ids),
                ]
            )
        }
        self.owners = self.env["loyalty.member"]._phone_owners(
            self.program, {p.get("phone") for p in self.people if p.get("phone")}
        )

    def _check_people(self):
        phones = {}
        for person in self.people:
            phone = person.get("phone")
            if phone and phones.setdefault(phone, person) is not person:
                self.fail(
                    person.first,
                    self.env._(
                        "“Phone”: line %(line)s names another member with it.",
                        line=phones[phone].first.line,
                    ),
                )
            self._identify(person)
            self._check_member(person)
            birthday = person.get("birthday")
            if birthday and not (
                birthday <= self.today and birthday.year > self.today.year - 120
            ):
                self.fail(person.first, self.env._("“Birthday” is not possible."))

    def _identify(self, person):
        number = person.get("number")
        person.member = self.by_number.get(number)
        ids = set()
        for word in filter(None, (person.get("phone"), person.get("email"))):
            ids |= self.contacts.get(word, set())
        if person.member:
            person.partner_id = person.member.partner_id.id
            if ids - {person.partner_id}:
                self.fail(
                    person.first,
                    self.env._("“Phone” or “E-mail” belongs to another contact."),
                )
            return
        if number in self.foreign:
            self.fail(person.first, self.env._("“Member No.”: this number is taken."))
        if len(ids) > 1:
            self.fail(
                person.first,
                self.env._(
                    "“Phone”, “E-mail”: several contacts have them. Merge them, or "
                    "leave one of the two empty."
                ),
            )
        elif ids:
            (person.partner_id,) = ids
            person.member = self.member_of.get(person.partner_id)
            if person.member and number:
                self.fail(
                    person.first,
                    self.env._(
                        "The contact is member %(number)s already.",
                        number=person.member.number,
                    ),
                )
        elif not person.get("name"):
            self.fail(
                person.first, self.env._("Fill in “Name”: the contact is a new one.")
            )

    def _check_member(self, person):
        phone = person.get("phone")
        owner = self.owners.get(phone)
        if owner and owner != person.member:
            self.fail(
                person.first,
                self.env._(
                    "“Phone” is that of member %(number)s.", number=owner.number
                ),
            )
        if person.member and person.member.state == "closed":
            self.fail(
                person.first,
                self.env._("Member %(number)s is closed.", number=person.member.number),
            )

    # -- imported before ------------------------------------------------------
    def _check_keys(self):
        entries = self.env["loyalty.point.entry"].search_fetch(
            [
                ("program_id", "=", self.program.id),
                ("key", "in", [self.key(line) for line in self.lines]),
            ],
            ["key", "points", "member_id", "origin", "expire_on"],
        )
        known = {entry.key: entry for entry in entries}
        for line in self.lines:
            entry = known.get(self.key(line))
            if not entry:
                continue
            values = line.values
            same = entry.member_id._remaining() == line.person.member
            same = same and entry.points == values["points"]
            same = same and entry.origin == values.get("origin")
            if same and self.has_expiry:
                same = entry.expire_on == (values.get("expire_on") or False)
            line.done = same
            if not same:
                self.fail(
                    line,
                    self.env._(
                        "This line of “%(file)s” has been imported with other values. "
                        "Adjust the points of the member, or use another file key.",
                        file=self.file_key,
                    ),
                )
