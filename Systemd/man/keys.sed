# Turns the table of keys in ConfigurationFile.md into a manual page's list, so that both always say the same.
/^\| Key \| Default \| Meaning \|/,/^$/!d
/^\| (Key|---) \|/d
/^$/d
s/\\/\\e/g
s/-/\\-/g
s/'/\\(aq/g
s/<doc:([A-Za-z]+)>/the page \1 of the documentation/g
s/`([^`]*)`/\\fB\1\\fR/g
s/…/ to /g
s/^\| (.*) \| – \| (.*) \|$/.TP\n\1\n\2/
s/^\| (.*) \| (.*) \| (.*) \|$/.TP\n\1\n\3 (default \2)/
