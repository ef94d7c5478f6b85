from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Date
from odoo.http import request

from odoo.addons.crm_pdpa.controllers.preference import origin

from .portal import MembershipPortal


class JoiningPortal(MembershipPortal):
    """A signed-in person joins the membership, and enters the birthday once."""

    @http.route()
    def my_membership(self, **kwargs):
        response = super().my_membership(**kwargs)
        response.qcontext.update(self._joining_values())
        return response

    def _joining_values(self, **values):
        """What the page of somebody who is not a member shows."""
        Notice = request.env["pdpa.notice"]
        return {
            "notice": Notice._published_version("membership"),
            "marketing_notice": Notice._published_version("marketing"),
            "today": request.env["loyalty.program"]._membership()._today()
            if request.env["loyalty.program"]._membership()
            else None,
            **values,
        }

    @http.route(
        "/my/membership/join", type="http", auth="user", website=True, methods=["POST"]
    )
    def join_membership(self, **form):
        """Enrol the signed-in person under the notice that the page showed."""
        return self._answer(self._join, form)

    @http.route(
        "/my/membership/birthday",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def enter_birthday(self, **form):
        """Keep the birthday of the signed-in member, who has none yet."""
        return self._answer(self._enter_birthday, form)

    def _answer(self, work, form):
        try:
            with request.env.cr.savepoint():
                work(form)
        except UserError as error:
            page = self.my_membership()
            page.qcontext["error"] = str(error)
            return page
        return request.redirect("/my/membership")

    def _join(self, form):
        partner = request.env.user.partner_id
        members = request.env["loyalty.member"].sudo()
        program = members._enrolment_program("portal")
        if members._members_of(program, partner):
            return  # a second click
        if members._shared_phones(program, partner):
            # nothing about the other member may leave here
            raise ValidationError(
                request.env._(
                    "We have another membership with your telephone number. Please "
                    "contact us, so that we can join the two."
                )
            )
        notice = self._notice_on_page(form)
        answer = {"kind": "explicit", "version": notice, **origin()} if notice else None
        member = members._enroll(partner, "portal", answer)
        self._set_birthday(member.sudo(), form)
        self._record_marketing(partner, form)

    def _notice_on_page(self, form):
        """The notice that the person read; a newer one needs another reading."""
        notice = request.env["pdpa.notice"]._published_version("membership")
        if notice and form.get("notice") != str(notice.id):
            raise ValidationError(
                request.env._(
                    "The notice was replaced while you were reading. Read the new one, "
                    "then join."
                )
            )
        return notice

    def _enter_birthday(self, form):
        member = self._own_member()
        if not member:
            raise UserError(request.env._("You are not a member yet."))
        if not form.get("birthdate"):
            raise ValidationError(request.env._("Fill in “Birthday”."))
        self._set_birthday(member, form)

    def _set_birthday(self, member, form):
        if not form.get("birthdate"):
            return
        try:
            value = Date.to_date(form["birthdate"])
        except ValueError as error:
            raise ValidationError(
                request.env._("“Birthday” is not a date. Correct it.")
            ) from error
        if member.has_birthdate and member.loyalty_birthdate != value:
            raise UserError(
                request.env._(
                    "Your birthday has been recorded. To correct it, please contact us."
                )
            )
        member.loyalty_birthdate = value

    def _record_marketing(self, partner, form):
        if form.get("marketing") != "1":
            return
        notice = request.env["pdpa.notice"]._published_version("marketing")
        if notice and form.get("marketing_notice") == str(notice.id):
            request.env["pdpa.receipt"].sudo()._record(
                partner, "marketing", "grant", via="portal", version=notice, **origin()
            )
