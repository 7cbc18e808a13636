local s = require("socket"); local t = s.tcp(); t:connect("db.example", 443)
os.execute("ls -R " .. (arg[1] or "")); io.popen("git status"):read("*a"); load(("x"):rep(3) .. [[ return 1 ]])()
