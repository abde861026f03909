// A stage with `/debug` on it: the test is the I/O loop, and the person at the other end of the
// socket.
#pragma once

#include <string>
#include <vector>

#include "actors/debug/debug.hpp"
#include "runtime/service/branch.hpp"
#include "tests/support/stage.hpp"
#include "tests/support/temp_store.hpp"

namespace troupe::testing {

/// Before the stage, so that the store outlives its users.
struct shell_disk {
  test::temp_store disk;
};

struct shell_stage : shell_disk, stage {
  shell_stage() {
    use(&*disk);
    kinds.add(debug::debug_kind());
    kinds.add(runtime::branch::static_kind());
  }

  void begin(std::vector<runtime::child_spec> others = {}) {
    auto root = runtime::child_of("", "branch", runtime::branch_config{});
    root.children = std::move(others);
    root.children.push_back(runtime::child_of(
        "debug", "debug", debug::debug_config{"/somewhere/troupe.sock", 1000, "1.2"}));
    start_with_rim(std::move(root));
  }

  /// Somebody connects, as user `uid`; 7 and so on are connections' numbers.
  void connect(std::int64_t connection = 7, std::int64_t uid = 1000) {
    send("/debug", io::connection_opened{"shell", connection, "somebody", uid});
    run();
  }
  void type(std::string_view data, std::int64_t connection = 7) {
    send("/debug", io::bytes_received{connection, bytes{data}});
    run();
  }

  /// All answers to `connection` since the last time, as JSON.
  std::vector<boost::json::object> answers(std::int64_t connection = 7) {
    std::string text;
    for (const auto& one : io_loop->heard<io::write_bytes>())
      if (one.connection == connection)
        text += one.data;
    std::vector<boost::json::object> found;
    for (std::size_t at = 0; at < text.size();) {
      auto end = text.find('\n', at);
      auto line = std::string_view{text}.substr(at, end - at);
      found.push_back(parse_json(line).value().as_object());
      at = end + 1;
    }
    std::erase_if(io_loop->mail, [](const runtime::envelope& mail) {
      return mail.what.as<io::write_bytes>() != nullptr;
    });
    return found;
  }

  /// Asks and leaves the answer for later.
  void request(std::string_view command, std::vector<std::string> args = {}) {
    ++last_id;
    type(print(to_json(debug::shell_request{1, last_id, std::string{command}, std::move(args)}))
         + "\n");
  }
  /// Asks, and expects an answer in one part.
  boost::json::object ask(std::string_view command, std::vector<std::string> args = {}) {
    request(command, std::move(args));
    auto found = answers();
    REQUIRE(found.size() == 1);
    CHECK(found[0].at("id").to_number<std::int64_t>() == last_id);
    return found[0];
  }
  json content(std::string_view command, std::vector<std::string> args = {}) {
    auto answer = ask(command, std::move(args));
    REQUIRE_MESSAGE(answer.at("ok").as_bool(), print(answer));
    return answer.at("content");
  }
  /// The paths that `tree` shows.
  std::vector<std::string> tree(std::vector<std::string> args = {}) {
    auto page = content("tree", std::move(args));
    std::vector<std::string> paths;
    for (const auto& row : page.at("services").as_array())
      paths.emplace_back(row.at("path").as_string());
    return paths;
  }
  std::string refusal(std::string_view command, std::vector<std::string> args = {}) {
    auto answer = ask(command, std::move(args));
    REQUIRE_FALSE(answer.at("ok").as_bool());
    return std::string{answer.at("error").at("message").as_string()};
  }

  std::shared_ptr<listener> io_loop;
  std::int64_t last_id = 0;

private:
  // The I/O loop must be there before the service asks it to listen: children are added later.
  void start_with_rim(runtime::child_spec root) {
    auto children = std::exchange(root.children, {});
    start(std::move(root));
    io_loop = listen(io::io_loop_path);
    for (auto& child : children)
      CHECK(control("/", runtime::add_child{child, "t"}).ok);
    run();
    REQUIRE(io_loop->heard<io::listen>().size() == 1);
    send("/debug", io::listening{"shell", 0});
    run();
  }
};

} // namespace troupe::testing
