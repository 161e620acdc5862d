"""The kinds of plate that the public form offers, commonest first: code, Chinese, English."""

PUBLIC_TYPES = (
    ("02", "小型汽车（蓝牌）", "Small car (blue)"),
    ("52", "小型新能源汽车（绿牌）", "Small new-energy car (green)"),
    ("01", "大型汽车（黄牌）", "Large vehicle (yellow)"),
    ("51", "大型新能源汽车（黄绿牌）", "Large new-energy vehicle (yellow-green)"),
    ("07", "普通摩托车", "Motorcycle"),
    ("08", "轻便摩托车", "Moped"),
    ("15", "挂车", "Trailer"),
    ("16", "教练车", "Learner vehicle"),
    ("26", "港澳入出境车（港）", "Cross-border vehicle (Hong Kong)"),
    ("27", "港澳入出境车（澳）", "Cross-border vehicle (Macao)"),
)
