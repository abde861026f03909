#include "runtime/secrets/vault.hpp"

#include <doctest/doctest.h>

#include "actors/config/model/secret_redaction.hpp"

using namespace troupe;
using namespace troupe::runtime;

TEST_SUITE("vault") {

  TEST_CASE("a token stands for its secret, and tells nothing of it") {
    vault one{"key"}, other{"another key"};
    auto token = one.seal("worker/w1", "Secret-1");
    CHECK(token.starts_with("sealed:worker/w1:"));
    CHECK(token.find("Secret-1") == std::string::npos);
    CHECK(one.open(token) == "Secret-1");
    CHECK(one.seal("worker/w1", "Secret-1") == token);
    CHECK(one.seal("worker/w1", "Secret-2") != token);
    CHECK(other.seal("worker/w1", "Secret-1") != token);
    CHECK(one.open("plain") == "plain"); // what is no token is its own
    CHECK(other.open(token) == token);
    CHECK(vault{}.seal("n", "Secret-1") != vault{}.seal("n", "Secret-1")); // random keys
  }

  TEST_CASE("a secret is masked wherever it lies, and nothing else is touched") {
    const std::vector<std::string> secrets{"Secret-1", "another Secret", "1234567890abcdefghij"};
    secret_mask mask{secrets};
    for (const auto& secret : secrets)
      for (std::size_t before = 0; before < 20; ++before)
        for (std::size_t after = 0; after < 12; ++after) {
          auto text = std::string(before, 'x') + secret + std::string(after, 'y');
          CHECK(mask.occurs_in(text));
          CHECK(mask.hide(text) == 1);
          CHECK(text
                == std::string(before, 'x') + std::string(secret.size(), '*')
                       + std::string(after, 'y'));
          CHECK_FALSE(mask.occurs_in(text));
        }
    std::string pieces = "Secret-Secret-2 another secret 1234567890abcdefghi";
    auto same = pieces;
    CHECK(mask.hide(pieces) == 0);
    CHECK(pieces == same);
    std::string twice = "Secret-1Secret-1";
    CHECK(mask.hide(twice) == 2);
    CHECK(twice == std::string(16, '*'));
  }

  TEST_CASE("secrets that overlap are both masked") {
    secret_mask mask{{"abcdEFGH", "EFGHijkl"}};
    std::string text = "-abcdEFGHijkl-";
    CHECK(mask.hide(text) == 2);
    CHECK(text == "-************-");
  }

  TEST_CASE("what is short or a plain word is not hidden") {
    CHECK_FALSE(vault::can_be_hidden("Sh0rt-1"));
    CHECK_FALSE(vault::can_be_hidden("buildbot"));
    CHECK(vault::can_be_hidden("buildbot1"));
    vault one{"key"};
    one.hide({"pass", "buildbot"});
    CHECK(one.mask() == nullptr);
    one.hide({"Secret-1"});
    one.hide({"Secret-2"});
    std::string text = "Secret-1 Secret-2 buildbot";
    one.hide_in(text);
    CHECK(text == "******** ******** buildbot");
  }

  TEST_CASE("a configuration's passwords are sealed, and hidden unless they are names, too") {
    model::master config;
    for (auto [name, password] :
         {std::pair{"w0", "Secret-0"}, {"Worker-One", "Worker-One"}, {"w2", "pw"}}) {
      model::part worker{"Worker"};
      worker.set("name", name);
      worker.set("password", password);
      config.workers.push_back(std::move(worker));
    }
    config.change_source.push_back({"PBChangeSource"});
    config.change_source[0].set("passwd", "Secret-c");
    vault secrets{"key"};
    model::seal_secrets(config, secrets);
    auto token = [](const model::part& of, std::string_view name) { return of.text(name); };
    CHECK(secrets.open(token(config.workers[0], "password")) == "Secret-0");
    CHECK(secrets.open(token(config.workers[1], "password")) == "Worker-One");
    CHECK(secrets.open(token(config.workers[2], "password")) == "pw");
    CHECK(secrets.open(token(config.change_source[0], "passwd")) == "Secret-c");
    CHECK(encode(config).find("Secret-") == std::string::npos);
    REQUIRE(secrets.mask() != nullptr);
    std::string text = "Secret-0 Worker-One pw Secret-c";
    secrets.hide_in(text);
    CHECK(text == "******** Worker-One pw ********");
  }
}
