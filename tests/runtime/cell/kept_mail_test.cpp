#include "runtime/cell/kept_mail.hpp"

#include <doctest/doctest.h>

using namespace troupe;
using namespace troupe::runtime;
using numbers = std::vector<std::int64_t>;

namespace {

struct kept_note {
  std::int64_t number = 0;
  TROUPE_FIELDS(number)
};

struct mail_fixture {
  std::atomic<std::int64_t> depth{0};
  kept_mail mail{depth};

  static envelope message(std::int64_t number) { return {any_message{kept_note{number}}, {}, {}}; }

  /// One message each, in a transaction of its own.
  void send_of(std::initializer_list<std::int64_t> all) {
    for (auto number : all) {
      auto taken = message(number);
      mail.sent({}, &taken);
    }
  }
  numbers waiting() const {
    numbers found;
    for (const auto& one : mail.waiting())
      found.push_back(one.what.as<kept_note>()->number);
    return found;
  }
};

transactions_ended outcome(std::int64_t stored, std::int64_t refused, bool own_fault = false) {
  return {stored, refused, own_fault, {}};
}

} // namespace

TEST_SUITE("kept mail") {

  TEST_CASE_FIXTURE(mail_fixture, "messages wait in order") {
    mail.park(message(1));
    mail.park(message(2));
    CHECK(mail.waits());
    CHECK(mail.next().what.as<kept_note>()->number == 1);
    CHECK(waiting() == numbers{2});
  }

  TEST_CASE_FIXTURE(mail_fixture, "messages that were held back wait again, before all others") {
    auto first = message(1), second = message(2);
    mail.hold_back(&first);
    mail.hold_back(&second);
    mail.hold_back(nullptr);
    mail.park(message(3));
    mail.return_held_back();
    CHECK(waiting() == numbers{1, 2, 3});
    CHECK(depth == 2); // the third was counted when it came
  }

  TEST_CASE_FIXTURE(mail_fixture, "messages whose outcome was flushed do not wait again") {
    auto first = message(1);
    mail.hold_back(&first);
    mail.flushed();
    mail.return_held_back();
    CHECK(waiting().empty());
    CHECK(depth == 0);
  }

  TEST_CASE_FIXTURE(mail_fixture, "messages of refused transactions are redelivered, stored not") {
    send_of({1, 2, 3});
    mail.ended(outcome(1, 2));
    mail.park(message(4));
    mail.redeliver();
    CHECK(waiting() == numbers{2, 3, 4});
    CHECK(depth == 2);
    mail.ended(outcome(0, 3)); // nothing is known of these
    mail.redeliver();
    CHECK(waiting() == numbers{2, 3, 4});
  }

  TEST_CASE_FIXTURE(mail_fixture, "a refusal that a requester hears is not redelivered") {
    auto first = message(1);
    transaction work;
    work.refuse({}, kept_note{9});
    mail.sent(work, &first);
    send_of({2});
    mail.ended(outcome(0, 2));
    mail.redeliver();
    CHECK(waiting() == numbers{2});
  }

  TEST_CASE_FIXTURE(mail_fixture, "a transaction that was itself at fault is not redelivered") {
    send_of({1, 2});
    mail.ended(outcome(0, 2, true));
    mail.redeliver();
    CHECK(waiting() == numbers{2});
  }

  TEST_CASE_FIXTURE(mail_fixture, "a message of two transactions is redelivered once") {
    auto first = message(1);
    mail.sent({}, &first);
    mail.sent({}, &first);
    mail.ended(outcome(0, 2));
    mail.redeliver();
    CHECK(waiting() == numbers{1});
  }

  TEST_CASE_FIXTURE(mail_fixture, "a transaction carries what was held back before it") {
    auto first = message(1), second = message(2);
    mail.hold_back(&first);
    mail.sent({}, &second);
    mail.return_held_back();
    CHECK(waiting().empty());
    mail.ended(outcome(0, 1));
    mail.redeliver();
    CHECK(waiting() == numbers{1, 2});
  }

  TEST_CASE_FIXTURE(mail_fixture, "a message that was sent in part and held back is there once") {
    auto first = message(1);
    mail.sent({}, &first);
    mail.hold_back(&first);
    mail.return_held_back();
    mail.ended(outcome(0, 1));
    mail.redeliver();
    CHECK(waiting() == numbers{1});
    CHECK(depth == 1);
  }
}
