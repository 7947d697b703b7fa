"""Layer tables in the languages of documents: Markdown, LaTeX and HTML, pasted or for a paper."""
