#include "tools/troupe/replay_commands.hpp"

#include <doctest/doctest.h>

#include "tests/support/debugger_stage.hpp"
#include "tools/troupe/shell_words.hpp"

using namespace troupe;
using namespace troupe::runtime;
using namespace troupe::testing;
using namespace troupe::testing::counting;
using namespace troupe::tool;

namespace {

struct commands_stage : debugger_stage {
  commands_stage() {
    begin();
    for (int i = 1; i <= 4; ++i)
      say("/a", add{i});
    say("/a", say_total{address_of("/t")});
    write();
    commands.emplace(open(), sys().now());
  }
  result<json> said(std::string_view line) { return commands->run(split_words(line), {}); }
  json good(std::string_view line) {
    auto answer = said(line);
    REQUIRE_MESSAGE(answer, line, ": ", answer.error().message);
    return *answer;
  }
  std::string refused(std::string_view line) {
    auto answer = said(line);
    REQUIRE_MESSAGE(!answer, line, ": ", print(*answer));
    CHECK(answer.error().code != errc::bug);
    return answer.error().message;
  }
  std::string shown(std::string_view line) {
    return render_replay(split_words(line)[0], good(line), 0);
  }
  static bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
  }

  std::optional<replay_commands> commands;
};

} // namespace

TEST_SUITE("replay commands") {

  TEST_CASE_FIXTURE(commands_stage, "a session: break, look, step, watch, go back") {
    CHECK(has(shown("where"), "at the beginning\nnext   record 1 "));
    auto added = good("break /a *::add where amount=3");
    CHECK(added.at("number").as_int64() == 1);
    auto stop = good("continue");
    CHECK(stop.at("why").as_string() == "breakpoint");
    CHECK(stop.at("next").at("cell").as_string() == "/a");
    CHECK(good("state /a sum").as_int64() == 6);
    auto message = good("message");
    CHECK(!message.at("taken").as_bool());
    CHECK(message.at("message").at("fields").at("amount").as_int64() == 3);
    CHECK(good("message last").at("message").at("fields").at("amount").as_int64() == 2);
    good("step");
    CHECK(good("state /a").at("sum").as_int64() == 12);
    good("watch /a sum");
    auto text = shown("continue");
    CHECK(has(text, "watch 2: sum of /a was 12, is 20\n"));
    CHECK(has(text, "\nnext   record "));
    CHECK(good("breaks").as_array().size() == 2);
    CHECK(good("breaks").at(0).at("hits").as_int64() == 1);
    CHECK(good("delete 2").is_null());
    CHECK(good("continue").at("why").as_string() == "end");
    CHECK(has(shown("where"), "at the end\n"));
    CHECK(good("back 2").at("position").to_number<int>() + 2 == good("goto 999").at("position"));
    CHECK(good("goto 2").at("last").at("order").to_number<int>() == 2);
    CHECK(good("until 5").at("last").at("order").to_number<int>() == 5);
  }

  TEST_CASE_FIXTURE(commands_stage, "what is wrong is told in words, and nothing is done") {
    CHECK(refused("stepp") == "there is no command stepp; is it step?; help lists them");
    CHECK(refused("zzzzzzzz") == "there is no command zzzzzzzz; help lists them");
    CHECK(refused("help brek") == "there is no command brek; is it break?; help lists them");
    CHECK(refused("step x") == "x: a number of at least 1 expected");
    CHECK(refused("step 0") == "0: a number of at least 1 expected");
    CHECK(refused("until") == "usage: until N|TIME");
    CHECK(has(refused("goto tomorrow"), "tomorrow: neither a record's number nor a time"));
    CHECK(has(refused("break a"), "a path begins with /"));
    for (auto line : {"break /a where", "break /a where amount", "break /a where =3",
                      "break /a add amount=3", "break /a x where amount=3 4", "break /a x y z=3"})
      CHECK(has(refused(line), "usage: break PATH"));
    CHECK(has(refused("watch /a"), "usage: watch PATH FIELD"));
    CHECK(has(refused("delete 1"), "there is no breakpoint 1"));
    CHECK(has(refused("check maybe"), "usage: check [on|off]"));
    CHECK(has(refused("message now"), "usage: message [next|last]"));
    CHECK(has(refused("state /a"), "not known here"));
    CHECK(has(refused("back"), "beginning of the journal"));
    CHECK(has(refused("cause"), "no event"));
    CHECK(good("where").at("position").to_number<int>() == 0);
    CHECK(good("breaks").as_array().empty());
    good("continue");
    CHECK(has(refused("continue"), "end of the journal"));
    CHECK(has(refused("step"), "end of the journal"));
    CHECK(has(refused("until 1"), "goto 1 goes back to it"));
    CHECK(has(refused("message next"), "end of the journal"));
  }

  TEST_CASE_FIXTURE(commands_stage,
                    "help shows every command, with an example that is understood") {
    auto all = good("help").as_array();
    CHECK(all.size() == 17);
    for (const auto& one : all) {
      std::string name{one.at("name").as_string()};
      CHECK(has(shown("help " + name), "example: " + name));
      auto example = said(std::string_view{one.at("example").as_string()});
      CHECK((example || !has(example.error().message, "usage")));
      CHECK(has(shown("help"), std::string_view{one.at("about").as_string()}));
    }
  }

  TEST_CASE_FIXTURE(commands_stage, "check, tree and cause") {
    CHECK(!good("check").at("check").as_bool());
    CHECK(good("check on").at("check").as_bool());
    CHECK(good("check").at("check").as_bool());
    good("continue");
    auto rows = good("tree").as_array();
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].at("path").as_string() == "/a");
    CHECK(rows[1].at("kind").as_string() == "counter");
    CHECK(good("tree /t").as_array().size() == 1);
    auto links = good("cause").as_array();
    CHECK(links.size() == 2);
    CHECK(has(shown("cause"), "> "));
    CHECK(has(shown("message"), "value: 20"));
  }

  TEST_CASE_FIXTURE(commands_stage, "what may follow is guessed") {
    auto offers = [&](std::vector<std::string> before, const std::string& word) {
      auto found = commands->guess(before);
      return std::find(found.begin(), found.end(), word) != found.end();
    };
    CHECK(offers({}, "continue"));
    CHECK(!offers({"state"}, "/a"));
    good("continue");
    CHECK(offers({"state"}, "/a"));
    CHECK(offers({"watch", "/a"}, "sum"));
    CHECK(offers({"help"}, "break"));
    CHECK(!offers({"step"}, "/a"));
  }

  TEST_CASE_FIXTURE(commands_stage, "for programs an answer is one line") {
    auto line = replay_json_line("state", said("state /x"));
    CHECK(line.back() == '\n');
    auto read = parse_json(line).value();
    CHECK(read.at("troupe_replay").as_int64() == 1);
    CHECK(read.at("command").as_string() == "state");
    CHECK(read.at("error").at("code").as_string() == "not_found");
    CHECK(parse_json(replay_json_line("where", said("where"))).value().at("content").is_object());
  }

} // TEST_SUITE
