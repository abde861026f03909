#include <doctest/doctest.h>

#include "storage/codec.hpp"
#include "storage/json.hpp"

using namespace troupe;

namespace {

// One part of a state and the state around it, in three generations and some that went wrong.

struct lease_1 {
  std::string holder;
  std::int64_t seconds = 0;
  bool renewed = false;
  TROUPE_FIELDS(holder, seconds, renewed)
};

/// `seconds` is a span now and `holder` is called `owner`; `renewed` is gone.
struct lease_2 {
  std::string owner;
  span seconds{};
  std::string note = "none";
  TROUPE_FIELDS(owner, seconds, note)
  static void troupe_history(field_history& past) {
    past.renamed("holder", "owner");
    past.retyped("seconds", [](std::int64_t was) { return span{was * 1'000'000}; });
  }
};

/// `seconds` is called `patience` and may be missing; there may be several owners.
struct lease_3 {
  std::vector<std::string> owner;
  std::optional<span> patience;
  std::string note = "none";
  TROUPE_FIELDS(owner, patience, note)
  static void troupe_history(field_history& past) {
    past.renamed("holder", "owner");
    past.retyped("seconds", [](std::int64_t was) { return span{was * 1'000'000}; });
    past.renamed("seconds", "patience");
    past.retyped("patience", [](span was) {
      return was == span{} ? std::optional<span>{} : std::optional{was};
    });
    past.retyped("owner", [](const std::string& was) { return std::vector{was}; });
  }
};

template <class Lease>
struct holding {
  Lease one;
  std::optional<Lease> maybe;
  std::vector<Lease> list;
  std::deque<std::pair<std::string, Lease>> pairs;
  std::map<std::string, std::vector<Lease>> named;
  std::int64_t count = 0;
  TROUPE_FIELDS(one, maybe, list, pairs, named, count)
};

template <class Lease>
holding<Lease> held(const Lease& lease) {
  return {lease, lease, {lease, lease}, {{"first", lease}}, {{"k", {lease}}}, 7};
}

template <class To, class From>
To as(const From& x) {
  auto read = decode<To>(encode(x));
  REQUIRE_MESSAGE(read, read.error().message);
  return *read;
}

/// The bytes of `From` are refused as a `To`, with these words at their end.
template <class To, class From>
void refused(const From& x, std::string_view message) {
  auto read = decode<To>(encode(x));
  REQUIRE_FALSE(read);
  CHECK(read.error().code == errc::corrupt);
  CHECK(read.error().message == std::string{type_name<To>()} + ": " + std::string{message});
}

struct empty {
  TROUPE_FIELDS()
};

/// A name that served twice: `size` became `length`, and another `size` came later.
struct sizes_1 {
  std::int64_t size = 0;
  TROUPE_FIELDS(size)
};
struct sizes_2 {
  std::int64_t length = 0;
  std::string size = "unknown";
  TROUPE_FIELDS(length, size)
  static void troupe_history(field_history& past) { past.renamed("size", "length"); }
};
struct sizes_3 {
  std::int64_t length = 0;
  std::string extent = "unknown";
  std::vector<bool> size;
  TROUPE_FIELDS(length, extent, size)
  static void troupe_history(field_history& past) {
    past.renamed("size", "length");
    past.renamed("size", "extent");
  }
};

/// Was a number once, then text, then a number again.
struct to_and_fro_1 {
  std::int64_t value = 0;
  TROUPE_FIELDS(value)
};
struct to_and_fro_2 {
  std::string value;
  TROUPE_FIELDS(value)
  static void troupe_history(field_history& past) {
    past.retyped("value", [](std::int64_t was) { return std::to_string(was); });
  }
};
struct to_and_fro_3 {
  std::int64_t value = -1;
  TROUPE_FIELDS(value)
  static void troupe_history(field_history& past) {
    past.retyped("value", [](std::int64_t was) { return std::to_string(was); });
    past.retyped("value", [](const std::string& was) -> result<std::int64_t> {
      if (was.empty() || was.find_first_not_of("0123456789") != std::string::npos)
        return failure{errc::corrupt, "'" + was + "' is no number"};
      return std::stoll(was);
    });
  }
};

/// Parts of one type take the place of parts of another.
struct names_1 {
  std::map<std::string, sizes_1> by_name;
  TROUPE_FIELDS(by_name)
};
struct names_2 {
  std::vector<std::pair<std::string, sizes_2>> by_name;
  TROUPE_FIELDS(by_name)
  static void troupe_history(field_history& past) {
    past.retyped("by_name", [](const std::map<std::string, sizes_2>& was) {
      return std::vector<std::pair<std::string, sizes_2>>(was.begin(), was.end());
    });
  }
};

struct inner_text {
  std::string number;
  TROUPE_FIELDS(number)
};
struct inner_number {
  std::int64_t number = 0;
  TROUPE_FIELDS(number)
};
/// As lease_1, but for what it holds.
struct lease_of_words {
  std::string holder = "ada";
  std::string seconds = "three";
  TROUPE_FIELDS(holder, seconds)
};

struct renamed_from_nowhere {
  std::int64_t count = 0;
  TROUPE_FIELDS(count)
  static void troupe_history(field_history& past) { past.renamed("number", "amount"); }
};
struct broken_chain {
  std::string count;
  TROUPE_FIELDS(count)
  static void troupe_history(field_history& past) {
    past.retyped("count", [](bool was) { return std::int64_t{was}; });
  }
};

} // namespace

TEST_SUITE("field history") {

  TEST_CASE("a field that was added keeps its default, one that was removed is left out") {
    auto x = as<lease_2>(lease_1{"ada", 3, true});
    CHECK(x.note == "none");
    CHECK(x.owner == "ada");
    CHECK(as<lease_2>(empty{}) == lease_2{});
    CHECK(as<empty>(x) == empty{});
  }

  TEST_CASE("a renamed field is read from its former name, a re-typed one through its function") {
    auto x = as<lease_2>(lease_1{"ada", 3, true});
    CHECK(x.owner == "ada");
    CHECK(x.seconds == std::chrono::seconds{3});
  }

  TEST_CASE("what the present program stored is read as it is") {
    lease_2 x{"ada", std::chrono::milliseconds{5}, "n"};
    CHECK(as<lease_2>(x) == x);
    lease_3 y{{"ada", "bob"}, std::chrono::seconds{9}, "n"};
    CHECK(as<lease_3>(y) == y);
  }

  TEST_CASE("every generation is read by every later one") {
    lease_3 wanted{{"ada"}, std::chrono::seconds{3}, "none"};
    CHECK(as<lease_3>(lease_1{"ada", 3, true}) == wanted);
    CHECK(as<lease_3>(lease_2{"ada", std::chrono::seconds{3}, "none"}) == wanted);
    CHECK(as<lease_3>(as<lease_2>(lease_1{"ada", 3, true})) == wanted);
    CHECK_FALSE(as<lease_3>(lease_1{"ada", 0, true}).patience);
  }

  TEST_CASE("the same holds at any depth: parts, optionals, lists, pairs, maps of lists") {
    auto first = held(lease_1{"ada", 3, true});
    auto second = held(lease_2{"ada", std::chrono::seconds{3}, "none"});
    auto third = held(lease_3{{"ada"}, std::chrono::seconds{3}, "none"});
    CHECK(as<holding<lease_2>>(first) == second);
    CHECK(as<holding<lease_3>>(first) == third);
    CHECK(as<holding<lease_3>>(second) == third);
  }

  TEST_CASE("a name that is used again is not mistaken for its former use") {
    CHECK(as<sizes_2>(sizes_1{5}) == sizes_2{5, "unknown"});
    CHECK(as<sizes_3>(sizes_1{5}) == sizes_3{5, "unknown", {}});
    CHECK(as<sizes_3>(sizes_2{5, "large"}) == sizes_3{5, "large", {}});
    sizes_3 now{5, "large", {true, false}};
    CHECK(as<sizes_3>(now) == now);
  }

  TEST_CASE("a field that is of an earlier type again reads all three") {
    CHECK(as<to_and_fro_3>(to_and_fro_1{12}).value == 12);
    CHECK(as<to_and_fro_3>(to_and_fro_2{"13"}).value == 13);
    CHECK(as<to_and_fro_3>(to_and_fro_3{14}).value == 14);
  }

  TEST_CASE("a former type may itself consist of parts that were otherwise") {
    names_1 x{{{"a", {1}}, {"b", {2}}}};
    CHECK(as<names_2>(x) == names_2{{{"a", {1, "unknown"}}, {"b", {2, "unknown"}}}});
  }

  TEST_CASE("a migration function may refuse, in its own words") {
    refused<to_and_fro_3>(to_and_fro_2{"many"}, "value: 'many' is no number");
  }

  TEST_CASE("what cannot be read is named by type and path") {
    auto bad = held(inner_text{"five"});
    refused<holding<inner_number>>(bad, "one: number: its stored form is damaged");
    bad.one.number.assign(1, '\2'); // a number's stored form, as it happens
    refused<holding<inner_number>>(bad, "maybe: number: its stored form is damaged");
    bad.maybe.reset();
    refused<holding<inner_number>>(bad, "list: [0]: number: its stored form is damaged");
    bad.list.clear();
    refused<holding<inner_number>>(bad, "pairs: [0]: number: its stored form is damaged");
    bad.pairs.clear();
    refused<holding<inner_number>>(bad, "named: k: [0]: number: its stored form is damaged");
  }

  TEST_CASE("what cannot be read under a former name or as a former type is named, too") {
    refused<lease_2>(lease_of_words{}, "seconds: its stored form is damaged");
    refused<lease_3>(lease_of_words{}, "patience: its stored form is damaged");
    refused<holding<lease_3>>(held(lease_of_words{}), "one: patience: its stored form is damaged");
  }

  TEST_CASE("every truncation of an older form is refused or reads as fewer fields") {
    auto whole = encode(held(lease_1{"ada", 3, true}));
    for (std::size_t n = 0; n < whole.size(); ++n)
      static_cast<void>(decode<holding<lease_3>>(std::string_view{whole}.substr(0, n)));
    CHECK_FALSE(decode<holding<lease_3>>(std::string_view{whole}.substr(0, whole.size() - 1)));
  }

  TEST_CASE("a history that does not lead to the fields is a bug, told by name") {
    CHECK_THROWS_WITH(layout_of<renamed_from_nowhere>(),
                      "the history of fields: there is no 'amount'");
    CHECK_THROWS_WITH(layout_of<broken_chain>(),
                      "the history of fields: 'count' became of another type than its next line "
                      "says");
  }
}
